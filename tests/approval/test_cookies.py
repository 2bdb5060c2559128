"""What a browser calls itself goes back into a header: only what we could have called it is taken for its name."""

import pytest
import requests

HOSTILE = ['"x\\015\\012X-Planted: yes"', '"x\\073 Domain=elsewhere.example"', '"x\\000"', "x\u00e9", ""]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_cookie_plants_nothing_in_the_answer(site, waiting, value):
    answer = requests.get(site.link(waiting), headers={"Cookie": f"approval={value}".encode("latin-1")}, timeout=30)
    assert answer.status_code == 200, answer.text[:300]
    assert "X-Planted" not in answer.headers
    assert "elsewhere" not in answer.headers["Set-Cookie"]
