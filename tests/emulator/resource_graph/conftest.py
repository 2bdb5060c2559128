"""Queries by hand: `ask("resources | …")` gives the rows, `ask.whole(…)` the response."""

import pytest

from dev.emulator.seed import SUBSCRIPTION_ID
from tests.support.documents import RESOURCE_GRAPH


class Ask:
    def __init__(self, arm):
        self._arm = arm

    def __call__(self, query, **options):
        response = self.whole(query, **options)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def ids(self, condition):
        """The last names of what fulfils a condition, in the order of their ids."""
        rows = self(f"resources | where {condition} | project id | order by id asc")
        return [row["id"].rpartition("/")[2] for row in rows]

    def whole(self, query, *, subscriptions=(SUBSCRIPTION_ID,), api=RESOURCE_GRAPH, **options):
        body = {"subscriptions": list(subscriptions), "query": query, "options": options}
        return self.send(body, api=api)

    def send(self, body, api=RESOURCE_GRAPH):
        return self._arm("POST", "/providers/Microsoft.ResourceGraph/resources", body, api=api)

    def reason(self, query, **options):
        """Why a query is refused."""
        response = self.whole(query, **options)
        assert response.status_code == 400, response.text
        return response.json()["error"]["details"][1]["message"]


@pytest.fixture
def ask(arm):
    return Ask(arm)
