"""The functions of the app as the platform's indexer sees them."""

from functools import cache
from typing import Any

from azure.functions import Function

import function_app


@cache
def functions() -> list[Function]:
    """Every function of ours. The app lists its functions once in a process, unless what it listed is forgotten."""
    function_app.app.functions_bindings = {}
    return list(function_app.app.get_functions())


def bindings(kind: str) -> dict[str, Any]:
    """The binding of this kind of every function that has one, by the function's name."""
    return {
        function.get_function_name(): binding
        for function in functions()
        for binding in function.get_bindings()
        if binding.type == kind
    }
