"""What each call of the HTTP API takes: a declaration a route, from which routing, refusals and the OpenAPI document
follow.
"""

from collections.abc import Coroutine
from typing import Any, NamedTuple

import azure.functions as func

from migration.values.problems import RequestInvalidError
from migration.values.value import Value
from triggers.answering.parameters import Parameter, read_query
from triggers.answering.responding import responding


class Call(NamedTuple):
    """A route: its method, its path below `api/`, what it does, what its query may hold, and the shape of its body.

    Whoever reads the body has the shape's `parse` refuse fields that it does not know. `gives` is the shape of what is
    answered with `status`, `refuses` are the other answers beside those that every call has. A page is for people, who
    have a link instead of a key; `media` is its type, or that of what belongs to pages. A call may take a sheet
    (`text/csv`) in place of JSON, or give one to who asks for it.
    """

    method: str
    path: str
    says: str
    query: tuple[Parameter, ...] = ()
    body: type[Value] | None = None
    gives: type[Value] | None = None
    status: int = 200
    refuses: tuple[int, ...] = ()
    is_page: bool = False
    takes_sheet: bool = False
    gives_sheet: bool = False
    media: str = "text/html"

    @property
    def methods(self) -> list[str]:
        return [self.method]

    def given(self, req: func.HttpRequest) -> dict[str, Any]:
        """Return what the query says, by name; raises RequestInvalidError for a name that this call does not know."""
        return read_query(req.params, self.query)

    async def answer(
        self, req: func.HttpRequest, handling: Coroutine[Any, Any, func.HttpResponse]
    ) -> func.HttpResponse:
        """Answer as a handler does, unless the query holds what nobody understands: then it is not begun."""

        async def understood() -> func.HttpResponse:
            try:
                self.given(req)
            except RequestInvalidError:
                handling.close()
                raise
            return await handling

        return await responding(understood())
