"""Following the link from a notification to a decision, in a real browser, with and without scripts, mouse and keys."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.running.app import outcome
from tests.support.running.mailboxes import ADA
from tests.support.running.visitors import principal


def approve(page):
    page.get_by_text("Approve", exact=True).click()
    approve_open(page)


def approve_open(page):
    """Approve where the form is open, as whoever that says."""
    page.get_by_label("Type the image").fill(page.locator("label .name").inner_text())
    page.get_by_role("button", name="Yes, delete the source image").click()


def reject(page, reason):
    page.get_by_text("Reject", exact=True).click()
    reject_open(page, reason)


def reject_open(page, reason):
    page.get_by_label("Why do you reject it?").fill(reason)
    page.get_by_role("button", name="Yes, reject").click()


def keep_both(page):
    page.get_by_text("Keep both", exact=True).click()
    page.get_by_label("I have looked at the new version").check()
    page.get_by_role("button", name="Yes, accept the version and keep the source image").click()


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_link_from_a_notification_is_read_and_approved(site, waiting, new_page, scripts):
    page = new_page(java_script_enabled=scripts)
    page.goto(site.link(waiting))
    name = waiting["sourceImageId"].rpartition("/")[2]
    heading(page, f"Approve the migration of {name}")
    goes = page.locator(".card", has_text="This is deleted for good")
    expect(goes).to_contain_text(waiting["sourceImageId"])
    expect(page.locator(".card", has_text="This stays")).to_contain_text(waiting["imageVersionId"])
    expect(page.get_by_role("row", name=re.compile("eastus2"))).to_contain_text("Completed, 100")
    expect(page.get_by_text("All 9 checks are met")).to_be_visible()
    expect(page.get_by_text(f"You decide as {ADA}")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, delete the source image")).to_be_hidden()
    approve(page)
    heading(page, "Approved")
    expect(page.get_by_text(f"{ADA} (by personal link), on this page")).to_be_visible()
    assert outcome(site.app.ended(waiting["id"])) == ("Migrated", "Migrated")
    page.reload()
    heading(page, "Approved, and done")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_rejection_gives_its_reason_and_keeps_the_source(site, waiting, new_page, scripts):
    page = new_page(java_script_enabled=scripts)
    page.goto(site.link(waiting))
    reject(page, "It does not boot.")
    heading(page, "Rejected: the source image is kept")
    expect(page.get_by_text("It does not boot.", exact=True)).to_be_visible()
    assert site.app.ended(waiting["id"])["approval"]["comment"] == "It does not boot."
    assert site.azure.exists(waiting["sourceImageId"])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_version_is_accepted_and_the_source_kept(site, waiting, new_page, scripts):
    page = new_page(java_script_enabled=scripts)
    page.goto(site.link(waiting))
    expect(page.get_by_role("button", name="Yes, accept")).to_be_hidden()
    keep_both(page)
    heading(page, "Accepted")
    expect(page.get_by_text(f"{ADA} (by personal link), on this page")).to_be_visible()
    assert outcome(site.app.ended(waiting["id"])) == ("SourceKept", "Accepted")
    assert site.azure.exists(waiting["sourceImageId"])
    page.reload()
    heading(page, "Accepted, and done")


ELSEWHERE = """<form method="post" action="{link}"><input name="decision" value="approve">
<input name="csrf" value="{csrf}"><input name="seen" value="{seen}"><button>A prize</button></form>"""


def test_a_form_of_another_site_decides_nothing_even_with_all_that_ours_holds(site, waiting, page):
    page.goto(site.link(waiting))
    held = {name: page.locator(f"input[name={name}]").first.get_attribute("value") for name in ("csrf", "seen")}
    page.goto("about:blank")
    page.set_content(ELSEWHERE.format(link=site.link(waiting), **held))
    page.get_by_role("button", name="A prize").click()
    heading(page, "Sent by another site")
    assert site.migration(waiting) == waiting


def test_a_rejection_without_a_reason_is_not_sent(site, waiting, page):
    page.goto(site.link(waiting))
    reject(page, "")
    heading(page, "Approve the migration")
    assert page.get_by_label("Why do you reject it?").evaluate("field => field.validity.valueMissing")
    reject_again = page.get_by_role("button", name="Yes, reject")
    page.get_by_label("Why do you reject it?").fill("   ")
    reject_again.click()
    expect(page.get_by_role("alert")).to_contain_text("Say why you reject it.")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Why do you reject it?")).to_be_focused()
    page.keyboard.type("It does not boot.")
    reject_again.click()
    heading(page, "Rejected")


def test_a_team_link_asks_for_a_name(site, waiting, page):
    page.goto(site.team_link(waiting))
    page.get_by_text("Approve", exact=True).click()
    page.get_by_label("Your name").first.fill("Grace Hopper")
    approve_open(page)
    heading(page, "Approved")
    expect(page.get_by_text("Grace Hopper (named by the caller, not verified)")).to_be_visible()


def test_an_approval_that_is_being_carried_out_can_be_stopped(site, waiting, page):
    with site.held_while_promoting(waiting):
        page.goto(site.link(waiting))
        approve(page)
        heading(page, "Approved")
        page.get_by_label("The delete is to be stopped").check()
        page.get_by_role("button", name="Stop, and keep the source image").click()
        heading(page, "Stopped: the source image is kept")
        page.reload()
        heading(page, "Stopped: the source image is kept")
        expect(page.get_by_role("button")).to_have_count(0)
        expect(page.get_by_role("alert")).to_have_count(0)
    assert outcome(site.app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    assert site.azure.exists(waiting["sourceImageId"])
    page.reload()
    heading(page, "Stopped: the source image is kept")


def test_whoever_comes_second_can_stop_the_delete_where_they_stand(site, waiting, new_page):
    """They read that they came too late, without the button, which appeared only when they looked again."""
    first, second = new_page(), new_page()
    second.goto(site.team_link(waiting))
    with site.held_while_promoting(waiting):
        first.goto(site.link(waiting))
        approve(first)
        heading(first, "Approved")
        second.get_by_text("Reject", exact=True).click()
        second.get_by_label("Your name").last.fill("Second Sue")
        reject_open(second, "It does not boot.")
        expect(second.get_by_role("alert")).to_contain_text("Your decision came too late")
        second.get_by_label("The delete is to be stopped").check()
        second.get_by_role("button", name="Stop, and keep the source image").click()
        heading(second, "Stopped: the source image is kept")
        expect(second.get_by_role("heading", level=1)).to_be_focused()
    assert outcome(site.app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    assert site.azure.exists(waiting["sourceImageId"])


def test_the_same_answer_in_two_tabs_is_not_too_late(site, waiting, new_page):
    page = new_page()
    page.goto(site.link(waiting))
    with page.context.new_page() as other:
        other.goto(site.link(waiting))
        for tab in (page, other):
            reject(tab, "It does not boot.")
            heading(tab, "Rejected: the source image is kept")
            expect(tab.get_by_role("alert")).to_have_count(0)


def test_one_choice_closes_the_other(site, waiting, page):
    page.goto(site.link(waiting))
    page.get_by_role("link", name="Go to your decision").click()
    page.get_by_text("Approve", exact=True).click()
    page.get_by_text("Reject", exact=True).click()
    expect(page.get_by_role("button", name="Yes, delete the source image")).to_be_hidden()
    expect(page.get_by_role("button", name="Yes, reject")).to_be_visible()


def test_a_delete_is_not_approved_by_a_form_without_the_images_name(site, waiting, page):
    page.goto(site.link(waiting))
    page.get_by_text("Approve", exact=True).click()
    page.get_by_role("button", name="Yes, delete the source image").click()
    field = page.get_by_label("Type the image")
    assert field.evaluate("field => field.validity.valueMissing")
    page.get_by_label("Comment (optional)").first.fill("Booted it twice.")
    field.fill("another-image")
    page.get_by_role("button", name="Yes, delete the source image").click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(page.get_by_label("Comment (optional)").first).to_have_value("Booted it twice.")
    assert site.migration(waiting)["approval"] is None
    approve_open(page)
    heading(page, "Approved")
    expect(page.get_by_text("Booted it twice.")).to_be_visible()


def test_an_expired_link_says_so_and_how_to_ask_again(hasty_site, page):
    migration = hasty_site.asked(hasty_site.app.start(hasty_site.azure.seed_image("expired")))
    hasty_site.app.ended(migration["id"])
    page.goto(hasty_site.link(migration))
    heading(page, "nobody decided in time")
    expect(page.get_by_text(re.compile("have it asked again"))).to_be_visible()


def test_a_link_to_what_somebody_else_decided_shows_who(site, waiting, new_page):
    first, second = new_page(), new_page()
    second.goto(site.team_link(waiting))
    first.goto(site.link(waiting))
    reject(first, "not this one")
    second.get_by_text("Approve", exact=True).click()
    second.get_by_label("Your name").first.fill("Late Larry")
    approve_open(second)
    heading(second, "Rejected")
    expect(second.get_by_text(f"{ADA} (by personal link)")).to_be_visible()
    assert site.azure.exists(waiting["sourceImageId"])


def test_what_changed_meanwhile_is_shown_before_anything_is_decided(site, waiting, page):
    page.goto(site.link(waiting))
    site.azure.lock(waiting["sourceImageId"])
    approve(page)
    expect(page.get_by_role("alert")).to_contain_text("the locks on the source image")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page).to_have_title(re.compile("^Something has changed: The source image .* cannot be deleted now"))
    expect(page.get_by_role("heading", name="1 of 9 checks needs your attention")).to_be_visible()
    expect(page.get_by_text("Approve", exact=True)).to_have_count(0)
    assert site.migration(waiting)["approval"] is None


def test_the_wrong_person_cannot_decide(sign_in_site, new_page):
    migration = sign_in_site.waiting()
    eve = new_page(extra_http_headers=principal("eve@contoso.com", oid="eve"))
    eve.goto(sign_in_site.link(migration))
    expect(eve.get_by_role("alert")).to_contain_text(f"this link was sent to {ADA}")
    expect(eve.get_by_role("alert")).to_contain_text("signed in as eve@contoso.com")
    expect(eve.get_by_role("button")).to_have_count(0)
    ada = new_page(extra_http_headers=principal(ADA, oid="ada"))
    ada.goto(sign_in_site.link(migration))
    reject(ada, "not yet")
    heading(ada, "Rejected")


def test_somebody_who_has_not_signed_in_is_asked_to(sign_in_site, page):
    migration = sign_in_site.waiting()
    page.goto(sign_in_site.team_link(migration))
    link = page.get_by_role("link", name="Sign in to decide")
    assert link.get_attribute("href").startswith("/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fapprovals%2F")


def test_the_keyboard_alone_is_enough(site, waiting, page):
    page.goto(site.link(waiting))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to your decision")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Approve")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Keep both")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Reject")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Why do you reject it?")).to_be_focused()
    page.keyboard.type("By keyboard.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Yes, reject")).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "Rejected")
    expect(page.get_by_text("By keyboard.", exact=True)).to_be_visible()


ADD_SCRIPT = """() => {
    const script = document.createElement('script')
    script.textContent = 'window.ran = true'
    document.body.append(script)
    return window.ran
}"""


def test_no_script_runs_on_the_page_and_nobody_frames_it(site, waiting, chrome):
    page = chrome.new_page()
    page.goto(site.link(waiting))
    assert page.locator("script").count() == 0
    assert page.evaluate(ADD_SCRIPT) is None
    page.goto("about:blank")
    page.set_content(f'<iframe src="{site.link(waiting)}"></iframe>')
    expect(page.frame_locator("iframe").get_by_text("Your decision")).to_have_count(0)
    page.close()
