"""Table of contents of the function app: one DFApp, the blueprints it is made of. No logic here."""

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
