"""The link is the only secret that leaves the app: no key, code or Durable management URL does, anywhere."""

import json
import re

from tests.approval.site import KEY, PREVIOUS_KEY, Browser, parts_of

SECRET_LOOKING = re.compile(
    r"[?&]code=|/runtime/webhooks|x-functions-key|authorization|bearer |sharedaccess", re.IGNORECASE
)


def secrets_of(site):
    host = site.app.host
    return [KEY, PREVIOUS_KEY, host.key, host.function_key, host.durable_key]


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


def test_links_stand_in_notifications_and_nowhere_else(site, waiting):
    Browser().decide(site.link(waiting), "reject", comment="no")
    site.app.ended(waiting["id"])
    about = waiting["imageVersionId"]
    tokens = [parts_of(link)[1] for link in site.ada.links(about) + site.team.links(about)]
    assert tokens
    for text in (
        site.app.call("GET", "migrations").text,
        json.dumps(site.audit(waiting)),
        json.dumps(site.app.instance(waiting["id"])),
        site.app.host.log_path.read_text(),
    ):
        assert [token for token in tokens if token in text] == []


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
        "identity": "verified",
        "by": "ada@contoso.com",
        "comment": "no \u00e9",
    }
    assert "No lock protects the source image" in records[0]["checks"]
    assert "claims" not in log
    assert [secret for secret in secrets_of(site) if secret in log] == []
