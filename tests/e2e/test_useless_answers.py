"""Useless answers of Azure or storage are a 503 with a problem, not the host's bare 500."""

import pytest

from tests.support.running.app import PROBLEM, outcome


@pytest.fixture(scope="module")
def listed(waiting_migrations):
    """A migration that there is to tell of."""
    return waiting_migrations.take()


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("corrupt", ["truncated", "empty", "html", "hollow"])
@pytest.mark.parametrize("call", ["galleries", "images", "migrations"])
@pytest.mark.parametrize("service", ["arm", "storage"])
def test_a_useless_answer_is_told_as_a_problem(app, azure, call, corrupt, service):
    azure.control.add_fault(service=service, method="GET", path="", corrupt=corrupt, times=None)
    try:
        answer = app.call("GET", call)
    finally:
        azure.control.remove_faults()
    assert answer.status_code in {200, 502, 503}, (answer.status_code, answer.text[:300])
    assert answer.status_code == 200 or answer.headers["Content-Type"].startswith(PROBLEM)


@pytest.mark.parametrize(
    ("corrupt", "path"), [("truncated", "/images/"), ("empty", "locks"), ("html", "virtualMachines$")]
)
def test_a_useless_answer_before_a_delete_is_asked_for_again(app, azure, waiting, corrupt, path):
    azure.control.add_fault(method="GET", path=path, corrupt=corrupt, times=2)
    assert app.decide(waiting).status_code == 202
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert not azure.exists(waiting["sourceImageId"])


def test_a_sweep_whose_search_was_answered_with_nothing_is_told_as_a_problem(troubled):
    troubled.azure.control.add_fault(method="POST", path="ResourceGraph", corrupt="hollow", times=None)
    answer = troubled.app.call("POST", "sweep")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (503, PROBLEM)
