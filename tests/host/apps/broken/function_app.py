"""An app that cannot be imported."""

import azure.functions as func

app = func.FunctionApp()


def read_settings():
    raise KeyError("A_SETTING_THAT_IS_MISSING")


read_settings()
