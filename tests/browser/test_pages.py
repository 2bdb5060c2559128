"""The pages of all migrations, a fleet and a migration in a real browser: they fit, axe finds nothing, and they bring
themselves up to date without taking anything away from whoever reads or types.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screens import SCHEMES, SIZES, violations
from tests.support.running.azure import running_azure
from tests.support.running.many import put_many
from tests.support.running.site import running_site
from tests.support.running.visitors import principal
from tests.support.shown import FLEET

MANY = 1_000
EVERY = 31_000  # milliseconds: a page looks again by then


@pytest.fixture(scope="module")
def many():
    """An app that knows a thousand images and more: its address, and the ids of a migration in each state."""
    with running_azure() as azure, running_site(azure) as site:
        site.app.ended(site.app.start(azure.seed_image("real"), deleteSource="never", excludeFromLatest=True))
        ids = put_many(azure, MANY)
        yield site, ids


@pytest.fixture(scope="module")
def seen(many, chrome):
    """The cookie of a browser that has opened a link."""
    site, _ = many
    with chrome.new_context() as context:
        page = context.new_page()
        enter(page, site)
        return context.cookies()


def link(site):
    answer = site.app.call("POST", "viewings")
    assert answer.status_code == 201, answer.text
    return answer.json()["link"]


def enter(page, site):
    page.goto(link(site))
    page.get_by_role("button", name="Look at the migrations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Migrations")


@pytest.fixture
def visit(many, seen, new_page):
    """Opens a page of the app as whoever has opened a link."""
    site, _ = many

    def opened(path, **options):
        page = new_page(**options)
        page.context.add_cookies(seen)
        page.goto(f"{site.app.host.url}/api/pages/{path}")
        return page

    return opened


def paths(ids):
    return {
        "everything": "migrations",
        "a thousand rows": "migrations?top=1000",
        "a search": "migrations?text=web-2024&phase=AwaitingApproval",
        "a fleet": f"fleets/{FLEET}",
        "a fleet's failures": f"fleets/{FLEET}?standing=failed",
        **{state: f"migrations/{ids[state]}" for state in ("asked", "failed", "migrated", "refused", "planning")},
        "none": "migrations/migrate-web-00000000000000000000000000000000",
        "nonsense": "migrations?phase=Dreaming",
    }


SHOWN = (
    *("everything", "a thousand rows", "a search", "a fleet", "a fleet's failures"),
    *("asked", "failed", "migrated", "refused", "planning", "none", "nonsense"),
)
LOOKED_AT = {("desktop", "light"), ("phone", "dark")}  # by axe, to which a long page is minutes


@pytest.mark.parametrize("shown", SHOWN)
def test_a_page_fits_every_screen_and_axe_finds_nothing(many, visit, axe_rules, shown):
    page = visit(paths(many[1])[shown])
    page.evaluate(axe_rules)
    found = {}
    looked_at = {("phone", "dark")} if shown == "a thousand rows" else LOOKED_AT
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            wrong = violations(page) if (size, scheme) in looked_at else []
            width = page.evaluate("document.documentElement.scrollWidth")
            found |= {(size, scheme): (wrong, width)} if wrong or width > viewport["width"] else {}
    assert found == {}


def test_how_to_get_in_and_the_button_fit_and_axe_finds_nothing(many, new_page, axe_rules):
    site, _ = many
    page = new_page()
    for address in (f"{site.app.host.url}/api/pages/migrations", link(site)):
        page.goto(address)
        page.evaluate(axe_rules)
        assert violations(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_link_is_opened_once_and_leaves_no_token_in_the_address(many, new_page, scripts):
    site, _ = many
    page = new_page(java_script_enabled=scripts)
    address = link(site)
    page.goto(address)
    page.get_by_role("button", name="Look at the migrations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Migrations")
    assert page.url == f"{site.app.host.url}/api/pages/migrations"
    [cookie] = page.context.cookies()
    assert (cookie["httpOnly"], cookie["path"], cookie["sameSite"]) == (True, "/api/pages", "Lax")
    another = new_page()
    another.goto(address)
    expect(another.get_by_text("has been opened before")).to_be_visible()
    another.goto(f"{site.app.host.url}/api/pages/migrations")
    expect(another.get_by_role("heading", level=1)).to_have_text("You cannot look at this yet")


def test_from_everything_to_what_failed_to_what_to_do_without_a_mouse_and_without_scripts(many, visit):
    page = visit("migrations", java_script_enabled=False)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the migrations")).to_be_focused()
    page.get_by_role("link", name="need attention").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#problems")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("What to do next"))).to_be_visible()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


def test_a_search_finds_by_any_part_of_an_id_without_scripts(visit):
    page = visit("migrations", java_script_enabled=False)
    page.get_by_label("Look for an image").fill("WEB-20240007")
    page.keyboard.press("Enter")
    expect(page.locator(".lines > li")).to_have_count(1)
    expect(page.get_by_role("link", name="web-20240007")).to_be_visible()
    expect(page.get_by_label("Look for an image")).to_have_value("web-20240007")


def test_a_fleet_is_narrowed_to_those_that_wait_for_an_approver(visit):
    page = visit(f"fleets/{FLEET}")
    page.get_by_role("link", name=re.compile("140 wait for a decision")).click()
    expect(page.locator(".lines > li.asked")).to_have_count(101)  # with the one of what waits for whom
    page.get_by_role("link", name="After").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()


def test_a_page_brings_itself_up_to_date_and_takes_nothing_away(many, visit):
    site, ids = many
    page = visit("migrations")
    expect(page.get_by_text("Brought up to date every 30 seconds")).to_be_visible()
    page.clock.install()
    page.reload()
    page.locator("summary", has_text="By phase").click()
    page.get_by_label("Look for an image").fill("half a na")
    page.evaluate("window.same = document.getElementById('text')")
    [row] = [one for one in site.azure.rows("list") if one["id"] == ids["failed"]]
    site.azure.put_rows([plain(row) | {"status": row["status"].replace("was at 62 %", "was lost")}])
    page.clock.run_for(EVERY)
    expect(page.locator(f"#{ids['failed']}")).to_contain_text("was lost")
    expect(page.get_by_label("Look for an image")).to_have_value("half a na")
    expect(page.get_by_label("Look for an image")).to_be_focused()
    assert page.evaluate("window.same === document.getElementById('text')")
    expect(page.get_by_label("Subscription")).to_be_visible()


def plain(row):
    """A row as it can be written again."""
    return {name: value for name, value in row.items() if "odata" not in name and name not in {"Timestamp", "etag"}}


def test_what_is_open_focused_or_marked_stays_while_a_page_is_brought_up_to_date(many, visit):
    page = visit(f"migrations/{many[1]['migrated']}")
    page.clock.install()
    page.reload()
    page.locator(".timeline summary").click()
    page.evaluate("document.getElementById('live').dataset.old = 'yes'")
    page.clock.run_for(EVERY)
    expect(page.locator("#live")).not_to_have_attribute("data-old", "yes")
    expect(page.locator(".timeline details")).to_have_attribute("open", "")
    expect(page.locator(".timeline summary")).to_be_focused()
    page.evaluate("document.getElementById('live').dataset.old = 'yes'")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    page.clock.run_for(EVERY)
    expect(page.locator("#live")).to_have_attribute("data-old", "yes")


def test_bringing_up_to_date_can_be_paused_and_says_when_it_fails(visit):
    page = visit("migrations")
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Pause").click()
    page.evaluate("document.getElementById('live').dataset.old = 'yes'")
    page.clock.run_for(EVERY)
    expect(page.locator("#live")).to_have_attribute("data-old", "yes")
    page.context.clear_cookies()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Not up to date: load the page again")).to_be_visible()
    expect(page.locator("#live")).to_have_attribute("data-old", "yes")


def test_without_scripts_nothing_is_promised(visit):
    page = visit("migrations", java_script_enabled=False)
    expect(page.locator("#refreshing")).to_be_hidden()


def test_whoever_is_signed_in_sees_the_pages_and_whoever_is_not_is_shown_where(sign_in_site, new_page):
    page = new_page(extra_http_headers=principal("ada@contoso.com"))
    page.goto(f"{sign_in_site.app.host.url}/api/pages/migrations")
    expect(page.get_by_role("heading", level=1)).to_have_text("Migrations")
    page = new_page()
    page.goto(f"{sign_in_site.app.host.url}/api/pages/migrations")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_migration_that_really_waits_has_its_story_and_leads_to_no_decision(site, waiting, new_page):
    page = new_page()
    enter(page, site)
    page.goto(f"{site.app.host.url}/api/pages/migrations/{waiting['id']}")
    expect(page.get_by_text("An approver has")).to_have_count(2)
    expect(page.locator(".timeline")).to_contain_text("Approvers were asked")
    assert waiting["callback"] not in page.content()
    assert page.locator("form").count() == 0
