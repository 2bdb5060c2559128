"""A link is the only secret that leaves the app, once: no key, code or Durable management URL does, anywhere."""

import json
import re

import requests

from migration.approval.link import digest_of
from tests.support.running.mailboxes import ADA, parts_of
from tests.support.running.visitors import Browser

SECRET_LOOKING = re.compile(
    r"[?&]code=|/runtime/webhooks|x-functions-key|authorization|bearer |sharedaccess", re.IGNORECASE
)


def secrets_of(site):
    host = site.app.host
    return [host.key, host.function_key, host.durable_key]


def found_in(site, text):
    return [secret for secret in secrets_of(site) if secret in text] + SECRET_LOOKING.findall(text)


def test_no_notification_page_or_answer_holds_a_key_or_a_management_url(site, waiting):
    browser = Browser()
    browser.open(site.link(waiting))
    browser.open(site.link(waiting) + "x")
    browser.decide(site.link(waiting), "reject", comment="no")
    site.app.ended(waiting["id"])
    answers = [site.app.call("GET", path).text for path in ("migrations", f"migrations/{waiting['id']}")]
    audit = json.dumps(site.audit(waiting))
    mail = [json.dumps(box.messages()) for box in (site.ada, site.team, site.boss)]
    assert len(site.ada.messages(waiting["imageVersionId"])) >= 2
    for text in (*browser.seen, *answers, audit, *mail):
        assert found_in(site, text) == []


def everything_in_the_hub(site, migration):
    """All that the holder of the Durable system key can read of a migration: input, status, output, history."""
    url = f"{site.app.host.url}/runtime/webhooks/durabletask/instances/{migration['id']}"
    wanted = {"code": site.app.host.durable_key, "showHistory": "true", "showHistoryOutput": "true"}
    return requests.get(url, params=wanted, timeout=30).text


def test_tokens_stand_in_notifications_and_nowhere_else_only_their_digests_do(site, waiting):
    about = waiting["imageVersionId"]
    site.ask_again(waiting)
    tokens = [parts_of(link)[1] for link in site.ada.links(about) + site.team.links(about)]
    assert len(set(tokens)) == len(tokens) == 4
    assert {digest_of(token) for token in tokens} == {link["token"] for link in site.links_on_record(waiting)}
    live = everywhere(site, waiting)
    Browser().decide(site.link(waiting), "reject", comment="no")
    site.app.ended(waiting["id"])
    for where, text in [*live.items(), *everywhere(site, waiting).items()]:
        assert [token for token in tokens if token in text] == [], where
        assert waiting["id"] in text, where


def everywhere(site, migration):
    """Whatever the app keeps, shows or writes down about a migration, by where that is."""
    rows = [site.azure.rows(partition) for partition in ("image", "list", "run")]
    return {
        "record and rows": json.dumps([site.azure.record(migration["id"]), rows]) + migration["id"],
        "list": site.app.call("GET", "migrations").text,
        "answer": site.app.call("GET", f"migrations/{migration['id']}").text,
        "audit": json.dumps(site.audit(migration)) + migration["id"],
        "hub": everything_in_the_hub(site, migration),
        "log": site.app.host.log_path.read_text(),
    }


def test_addresses_of_receivers_stand_nowhere_only_their_digests_do(site, waiting):
    addresses = [box.address.partition("://")[2] for box in (site.ada, site.team, site.boss)]
    for where, text in everywhere(site, waiting).items():
        assert [address for address in addresses if address in text] == [], where
    assert {link["name"] for link in site.links_on_record(waiting)} == {ADA, None}


def test_the_log_has_one_record_for_a_decision_and_no_secret(site, waiting):
    Browser().decide(site.link(waiting), "reject", comment="no \u00e9")
    site.app.ended(waiting["id"])
    log = site.app.host.log_path.read_text()
    lines = [line[line.index("{") :] for line in log.splitlines() if '"record": "decision"' in line]
    records = [record for record in map(json.loads, lines) if record["migration"] == waiting["id"]]
    assert len(records) == 1
    assert {name: records[0][name] for name in ("decision", "result", "via", "identity", "by", "comment")} == {
        "decision": "reject",
        "result": "admitted",
        "via": "page",
        "identity": "by personal link",
        "by": "ada@contoso.com",
        "comment": "no \u00e9",
    }
    assert "No lock protects the source image" in records[0]["checks"]
    assert "claims" not in log
    assert [secret for secret in secrets_of(site) if secret in log] == []
