"""The refusals of Microsoft.ResourceGraph, in the form of the table in `dev/emulator/vocabulary/errors.py`.

Each message asks for support; what went wrong stands in the details. Of a query that cannot be read the service says
where and at which word; the emulator adds in words of its own what it does not know.
"""

from dev.emulator.vocabulary.errors import ErrorKind

_SUPPORT = "Please provide below info when asking for support: timestamp = {timestamp}, correlationId = {correlation}."
BAD_REQUEST = ErrorKind(400, "BadRequest", _SUPPORT)
ACCESS_DENIED = ErrorKind(403, "AccessDenied", _SUPPORT)
RATE_LIMITING = ErrorKind(429, "RateLimiting", _SUPPORT)

QUERY_INVALID: dict[str, object] = {
    "code": "InvalidQuery",
    "message": "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the "
    "error before retrying.",
}
NOTHING_READABLE = {
    "code": "AccessDenied",
    "message": "Access is denied to the requested resource. The user might not have enough permission.",
}
TOO_MANY_QUERIES = {
    "code": "RateLimiting",
    "message": "Client application has been throttled and should not attempt to repeat the request until an amount of "
    "time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.",
}


class QueryError(Exception):
    """A query, or what surrounds it in the request, that is wrong or that the emulator does not know."""

    def __init__(self, reason: str, token: str = "", line: int = -1, column: int = -1) -> None:
        super().__init__(reason)
        self.details: list[dict[str, object]] = [
            QUERY_INVALID,
            {
                "code": "ParserFailure",
                "message": reason,
                "line": line,
                "characterPositionInLine": column,
                "token": token,
            },
        ]
