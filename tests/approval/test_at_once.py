"""Fifty decisions at the same moment, over every way in: one counts, and everyone learns which."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.support.running.visitors import Browser
from tests.support.waiting import eventually

DECISIONS = ("approve", "reject")
ON_THE_PAGE, BY_API, BY_CALLBACK = 20, 15, 15


def on_the_page(site, migration, number):
    browser, link = Browser(), site.team_link(migration)
    form = browser.form(link, decision=DECISIONS[number % 2], approver=f"page {number}", comment=f"page {number}")

    def send():
        answer = browser.send(link, form)
        return answer.status_code, browser.open(link).text if answer.status_code == 303 else answer.text

    return f"page {number}", send


def by_api(site, migration, number):
    body = site.opinion(migration, decision=DECISIONS[number % 2], approver=f"api {number}")

    def send():
        answer = site.app.call("POST", migration["links"]["approval"], body)
        return answer.status_code, answer.text

    return f"api {number}", send


def by_callback(site, migration, number):
    said = {"decision": DECISIONS[number % 2], "approver": f"event {number}"}

    def send():
        answer = site.raise_opinion(migration, **said)
        return answer.status_code, answer.text

    return f"event {number}", send


def test_of_fifty_decisions_at_once_exactly_one_counts_and_the_others_see_it(site, waiting):
    ways = [(on_the_page, ON_THE_PAGE), (by_api, BY_API), (by_callback, BY_CALLBACK)]
    sent = dict(way(site, waiting, number) for way, count in ways for number in range(count))
    together = Barrier(len(sent))

    def send(name):
        together.wait()
        return name, sent[name]()

    with ThreadPoolExecutor(len(sent)) as pool:
        answers = dict(pool.map(send, sent))
    approval = eventually(lambda: site.migration(waiting)["approval"], 30)
    winner = approval["approver"]
    decided = [entry for entry in site.audit(waiting) if entry["event"] in {"approved", "rejected"}]
    assert [entry["by"] for entry in decided] == [winner]
    assert approval["decision"] == DECISIONS[int(winner.split()[1]) % 2]
    accepted = {name for name, (status, _) in answers.items() if status in {202, 303} and "event" not in name}
    assert accepted <= {winner}
    losers = Counter(status for name, (status, _) in answers.items() if name != winner and "event" not in name)
    assert set(losers) <= {200, 409}  # 200: the page of a question that was decided before the form came
    seen = {name: text for name, (_, text) in answers.items() if "event" not in name and name != winner}
    assert {name: text for name, text in seen.items() if winner not in text} == {}
    site.app.ended(waiting["id"])
    assert site.azure.exists(waiting["sourceImageId"]) is (approval["decision"] == "reject")
