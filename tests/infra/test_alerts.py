"""What somebody is told of without looking, by Azure's own means: each alert asks for what the app really measures."""

import re

import pytest

from migration.values.outcome import OutcomeKind
from tests.infra.azd import EVERYTHING, only, provision, subscribe
from tests.support.templates import ROOT

QUERIES = "Microsoft.Insights/scheduledQueryRules"
DEAD_LETTERS = "Microsoft.Insights/metricAlerts"
MEASURED = set(re.findall(r"image_migrations\.\w+", (ROOT / "telemetry" / "measuring.py").read_text()))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text().partition("\n### Alerts\n")[2].partition("\n#")[0]


def queries(deployed):
    return {one.name.rpartition("-")[2]: one.body["properties"] for one in deployed.of_type(QUERIES)}


def condition(rule):
    (found,) = rule["criteria"]["allOf"]
    return found


def test_each_alert_asks_for_a_metric_that_there_is():
    asked = {name: condition(rule)["query"] for name, rule in queries(provision()).items()}
    assert {re.search(r"image_migrations\.\w+", query)[0] for query in asked.values()} <= MEASURED
    assert all("summarize found = " in query for query in asked.values())
    assert f'== "{OutcomeKind.FAILED.value}"' in asked["failed"]


def test_a_failure_a_long_wait_and_silence_are_told():
    told = {name: condition(rule) for name, rule in queries(provision()).items()}
    assert {name: (one["operator"], one["threshold"]) for name, one in told.items()} == {
        "failed": ("GreaterThan", 0),
        "waiting": ("GreaterThan", 48),
        "silent": ("LessThan", 1),
    }


@pytest.mark.parametrize("variables", [{}, EVERYTHING], ids=["default", "everything"])
def test_dead_letters_are_told_of_our_subscription_on_whosever_topic(variables):
    app = provision(variables)
    alert = only(app, DEAD_LETTERS).body["properties"]
    wanted = only(subscribe(app), "Microsoft.EventGrid/systemTopics/eventSubscriptions")
    (topic,) = alert["scopes"]
    assert wanted.id.startswith(f"{topic}/")
    assert condition(alert)["dimensions"][0]["values"] == [wanted.name]


def test_everybody_who_is_named_is_told_of_every_alert():
    app = provision({"ALERT_ADDRESSES": " ada@contoso.com, bob@contoso.com,"})
    people = only(app, "Microsoft.Insights/actionGroups")
    told = [one["emailAddress"] for one in people.body["properties"]["emailReceivers"]]
    assert told == ["ada@contoso.com", "bob@contoso.com"]
    assert {tuple(rule["actions"]["actionGroups"]) for rule in queries(app).values()} == {(people.id,)}
    assert only(app, DEAD_LETTERS).body["properties"]["actions"] == [{"actionGroupId": people.id}]


def test_silence_is_no_news_where_nothing_measures():
    assert queries(provision())["silent"]["enabled"] is True
    off = queries(provision({"DISABLED_FUNCTIONS": "measure_migrations"}))
    assert {name for name, rule in off.items() if not rule["enabled"]} == {"silent"}


def test_every_alert_is_in_the_operators_document():
    names = {*queries(provision()), "dead-letters"}
    assert set(re.findall(r"^\| `([^`]+)` \|", OPERATIONS, re.MULTILINE)) == names
