"""Mail gateways, chat previews and impatient people open links, often and all at once. Nothing happens by that."""

from concurrent.futures import ThreadPoolExecutor

from tests.approval.site import Browser

CLIENTS = ("SafeLinks/1.0", "Slackbot-LinkExpanding 1.0", "TeamsPreview/2.0", "Mozilla/5.0", "curl/8.0")
A_FEW_LOOKS = 40  # ARM calls: one look at everything takes eight


def test_a_thousand_looks_at_every_link_change_nothing_and_cost_little(site, waiting):
    links = [site.link(waiting), site.team_link(waiting)]
    site.settle()
    before = len(site.azure.control.calls())

    def scan(agent):
        browser = Browser({"User-Agent": agent})
        return [browser.open(links[n % 2], "HEAD" if n % 3 == 0 else "GET").status_code for n in range(200)]

    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        statuses = [status for seen in pool.map(scan, CLIENTS) for status in seen]
    assert statuses == [200] * 1000
    calls = site.azure.control.calls()[before:]
    assert len(calls) < A_FEW_LOOKS
    image = waiting["sourceImageId"].rpartition("/")[2]
    assert [call for call in calls if image in call["path"] and call["method"] != "GET"] == []
    assert site.migration(waiting) == waiting
    assert [entry["event"] for entry in site.audit(waiting)][-1] == "asked (approvalNeeded)"


def test_other_methods_are_not_answered(site, waiting):
    for method in ("PUT", "PATCH", "DELETE"):
        assert Browser().session.request(method, site.link(waiting), timeout=10).status_code in {404, 405}
    assert site.migration(waiting) == waiting
