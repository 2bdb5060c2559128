"""Mail gateways, chat previews and impatient people open links, often and all at once. Nothing happens by that."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.running.azure import running_azure
from tests.support.running.site import running_site
from tests.support.running.visitors import Browser

CLIENTS = ("SafeLinks/1.0", "Slackbot-LinkExpanding 1.0", "TeamsPreview/2.0", "Mozilla/5.0", "curl/8.0")
A_FEW_LOOKS = 80  # ARM calls: one look at everything takes eight


@pytest.fixture(scope="module")
def site():
    """On an Azure of its own, where every call and write counts: the others' migrations are never at rest."""
    with running_azure() as azure, running_site(azure) as site:
        yield site


@pytest.fixture
def waiting(site):
    """The only one under way: none is started in advance."""
    return site.start_as(None)


def test_a_thousand_looks_at_every_link_change_nothing_and_cost_little(site, waiting):
    links = [site.link(waiting), site.team_link(waiting)]
    before, audit, links_before = site.azure.control.state(), site.audit(waiting), site.links_on_record(waiting)

    def scan(agent):
        browser = Browser({"User-Agent": agent})
        return [browser.open(links[n % 2], "HEAD" if n % 3 == 0 else "GET").status_code for n in range(200)]

    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        statuses = [status for seen in pool.map(scan, CLIENTS) for status in seen]
    assert statuses == [200] * 1000
    after = site.azure.control.state()
    assert after["writes"] == before["writes"]
    assert after["calls"] - before["calls"] < A_FEW_LOOKS
    assert site.migration(waiting) == waiting
    assert site.audit(waiting) == audit
    assert site.links_on_record(waiting) == links_before


def test_other_methods_are_not_answered(site, waiting):
    for method in ("PUT", "PATCH", "DELETE"):
        assert Browser().session.request(method, site.link(waiting), timeout=10).status_code in {404, 405}
    assert site.migration(waiting) == waiting
