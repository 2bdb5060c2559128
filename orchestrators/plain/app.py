"""A DFApp without the functions that the durable library adds of its own accord."""

import azure.durable_functions as df


class PlainApp(df.DFApp):
    """Only our own functions. The library's make HTTP calls to any address, with the app's identity if asked to, for
    whoever holds the system key and starts them.
    """

    def _register_builtin_http_functions(self) -> None:
        """Register none; nothing here calls `call_http`."""
