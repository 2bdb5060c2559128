"""Every state of the page, at a desk and on a phone, light and dark: it fits, and the rules of axe find nothing."""

import pytest
import requests

from tests.browser.screens import SCHEMES, SIZES, violations
from tests.support.running.mailboxes import ADA
from tests.support.running.visitors import principal
from tests.support.waiting import eventually


def open_everything(page):
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.name = ''; one.open = true })")


def refused_form(page, link):
    """The page after its form was sent with a blank reason and no name."""
    page.goto(link)
    page.evaluate("document.querySelectorAll('form').forEach(one => { one.noValidate = true })")
    page.get_by_text("Reject", exact=True).click()
    page.get_by_role("button", name="Yes, reject").click()


def answered_too_late(page, site):
    """The page after its form was sent when somebody else had decided."""
    migration = site.waiting()
    page.goto(site.team_link(migration))
    site.app.decide(migration, decision="reject", comment="It does not boot.")
    page.get_by_text("Approve", exact=True).click()
    page.get_by_label("Your name").first.fill("Late Larry")
    page.get_by_label("Type the image").fill(page.locator("label .name").inner_text())
    page.get_by_role("button", name="Yes, delete the source image").click()


def terminate(site, migration):
    """Stop a migration as an operator of the platform may."""
    url = f"{site.app.host.url}/runtime/webhooks/durabletask/instances/{migration['id']}/terminate"
    requests.post(url, params={"code": site.app.host.durable_key, "reason": "x"}, timeout=30)
    eventually(lambda: site.app.instance(migration["id"])["runtimeStatus"] == "Terminated")


def taken_back(site):
    """A link of somebody who is told nothing any more."""
    migration = site.waiting()
    site.change_link(migration, site.link(migration), receiver="somebody-else")
    return site.link(migration)


@pytest.fixture(scope="module")
def states(site, sign_in_site, hasty_site):
    """How to bring a page into each state that visitors can see."""
    expiring = hasty_site.asked(hasty_site.app.start(hasty_site.azure.seed_image("expiring")))
    asked, troubled, rejected, approved, accepted, replaced = (site.waiting() for _ in range(6))
    sourceless, versionless = site.waiting(), site.waiting()
    site.azure.control.delete_resource(sourceless["sourceImageId"])
    site.azure.control.delete_resource(versionless["imageVersionId"])
    kept = site.accept_only(site.waiting())
    site.azure.lock(troubled["sourceImageId"])
    site.azure.seed_consumer("virtualMachineScaleSets", troubled["sourceImageId"])
    site.app.decide(rejected, decision="reject", comment="It does not boot.\nTried twice.")
    site.app.decide(approved)
    site.app.decide(accepted, decision="accept")
    early = site.link(replaced)
    site.ask_again(replaced)
    strange = sign_in_site.waiting()
    going, stopped, cancelled = (site.waiting() for _ in range(3))
    site.hold_while_promoting(going)
    site.hold_while_promoting(stopped)
    for one in (going, stopped):
        site.app.approve(one)
    for one in (stopped, cancelled):
        assert site.app.call("POST", one["links"]["cancel"]).status_code == 202
    ended = site.waiting()
    terminate(site, ended)
    for one, of in ((expiring, hasty_site), (rejected, site), (approved, site), (accepted, site)):
        of.app.ended(one["id"])
    return {
        "question": lambda page: page.goto(site.link(asked)),
        "question of a team": lambda page: page.goto(site.team_link(asked)),
        "question that may only be accepted": lambda page: page.goto(site.link(kept)),
        "question with obstacles": lambda page: page.goto(site.link(troubled)),
        "question whose source is gone": lambda page: page.goto(site.link(sourceless)),
        "question whose version is gone": lambda page: page.goto(site.link(versionless)),
        "form with errors": lambda page: refused_form(page, site.team_link(asked)),
        "wrong person": lambda page: page.goto(sign_in_site.link(strange)),
        "sign in": lambda page: page.goto(sign_in_site.team_link(strange)),
        "approved": lambda page: page.goto(site.link(approved)),
        "approved, being carried out": lambda page: page.goto(site.link(going)),
        "approved, then stopped": lambda page: page.goto(site.link(stopped)),
        "accepted": lambda page: page.goto(site.link(accepted)),
        "rejected": lambda page: page.goto(site.link(rejected)),
        "cancelled": lambda page: page.goto(site.link(cancelled)),
        "replaced": lambda page: page.goto(early),
        "stopped from outside": lambda page: page.goto(site.link(ended)),
        "answered too late": lambda page: answered_too_late(page, site),
        "expired": lambda page: page.goto(hasty_site.link(expiring)),
        "taken back": lambda page: page.goto(taken_back(sign_in_site)),
        "earlier release": lambda page: page.goto(site.link(asked).replace(asked["id"], "migrate-web-0123456789")),
        "invalid link": lambda page: page.goto(site.link(asked) + "x"),
    }


STATES = (
    "question",
    "question of a team",
    "question that may only be accepted",
    "question with obstacles",
    "question whose source is gone",
    "question whose version is gone",
    "form with errors",
    "wrong person",
    "sign in",
    "approved",
    "approved, being carried out",
    "approved, then stopped",
    "accepted",
    "rejected",
    "cancelled",
    "replaced",
    "stopped from outside",
    "answered too late",
    "expired",
    "taken back",
    "earlier release",
    "invalid link",
)


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits(states, state, page, axe_rules):
    if state == "wrong person":
        page.set_extra_http_headers(principal("eve@contoso.com", oid="eve"))
    states[state](page)
    open_everything(page)
    page.evaluate(axe_rules)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for name, size in SIZES.items():
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{name}: scrolls sideways, {wide} px"
        assert violations(page) == [], f"{state}, {scheme}"


def test_every_state_is_tested(states):
    assert tuple(states) == STATES


def test_dark_is_dark_and_light_is_light(states, new_page):
    colours = {}
    for scheme in SCHEMES:
        page = new_page(color_scheme=scheme)
        states["question"](page)
        colours[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colours == {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 20, 23)"}


def test_large_text_does_not_break_the_phone(states, new_page):
    page = new_page(viewport=SIZES["phone"])
    states["question"](page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    open_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
    assert ADA in page.inner_text("#decision")
