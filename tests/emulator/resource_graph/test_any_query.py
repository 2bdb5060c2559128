"""Whatever a query is made of, it is answered or refused, and never breaks the emulator."""

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dev.emulator.seed import small_company
from tests.emulator.in_process import call, stopped_world

WORLD = stopped_world(small_company)
WORLD.settings = WORLD.settings.merged({"rateLimitFactor": 10**6})
TEXT = (
    "resources | where project extend order by limit count id tags properties name == =~ != in~ !in has contains not "
    "and or ( ) [ ] . , = - 'x' \"y\" 0 1 7 true tostring tolower isempty desc // @'z' \\ ' \n"
)
WORDS = st.sampled_from(TEXT.split(" "))
QUERIES = st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=40).map("resources | {}".format))


@settings(max_examples=400, deadline=None)
@given(QUERIES)
@example("resources | where name == '\ud800'")
def test_any_query_is_answered_or_refused(query):
    content = json.dumps({"query": query}).encode()
    response = call(WORLD, "POST", "/providers/Microsoft.ResourceGraph/resources", content)
    assert response.status in (200, 400)
