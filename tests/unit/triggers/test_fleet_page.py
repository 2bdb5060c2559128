"""The page of a fleet: only its own form, in the browser that followed the link, decides, and only what was shown."""

from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from migration.approval.link import digest_of, new_token
from migration.fleet.told import FleetLink
from migration.record.question import Stage
from migration.resources.lock import Lock
from migration.telling.receivers import Address
from migration.values.outcome import Phase
from records.fleets.told import write_link
from tests.support.fleet_browser import FleetBrowser, form_of
from tests.support.fleets import ASKED_AT, FLEET, asking_fleet, id_of, put, put_fleet, record_of, source_of
from tests.support.running.visitors import EVERY_ANSWER, principal

ADA, TEAM = "ada@contoso.com=json://ada.example.com/", "json://team.example.com/"


@pytest.fixture(autouse=True)
def receivers(configure, records):
    configure(notify=f"{ADA} {TEAM}", public_url="https://app.example.com")


async def link_of(receiver: str = ADA, covers: datetime = ASKED_AT, fleet: str = FLEET) -> str:
    """The token of a link that was sent to somebody."""
    address, token = Address.parse(receiver), new_token()
    link = FleetLink(token=digest_of(token), receiver=address.receiver, name=address.name, covers=covers)
    await write_link(fleet, link)
    return token


def stages(records, size):
    return [records.question(id_of(number)).stage for number in range(1, size + 1)]


def text_of(answer):
    return unescape(answer.get_body().decode())


async def test_a_link_is_followed_once_and_its_token_leaves_the_address(records, live_hub, fleet_azure):
    await asking_fleet(2)
    token, browser = await link_of(), FleetBrowser(live_hub)
    followed = await browser.get(token=token)
    assert (followed.status_code, followed.headers["Location"], followed.get_body()) == (303, f"./{FLEET}", b"")
    cookie = followed.headers["Set-Cookie"]
    assert cookie == f"fleet={token}; Path=/api/fleet-approvals/{FLEET}; HttpOnly; SameSite=Lax; Secure"
    page = await browser.get()
    assert page.status_code == 200
    assert token not in text_of(page)
    for said in ("Approve the migration of 2 images?", "You decide as <strong>ada@contoso.com</strong>", "web001"):
        assert said in text_of(page)


async def test_every_answer_has_the_headers_of_the_approval_page(records, live_hub, fleet_azure):
    await asking_fleet(1)
    token, browser = await link_of(), FleetBrowser(live_hub)
    page = await browser.follow(token)
    await browser.post(form_of(page, "approve", number=2))
    await browser.post(form_of(page, "approve"))
    await browser.get(token="forged")
    await browser.get(fleet="nonsense")
    assert [one.status_code for one in browser.answers] == [303, 200, 422, 200, 404, 404]
    for one in browser.answers:
        assert {name: one.headers.get(name) for name in EVERY_ANSWER} == EVERY_ANSWER
        policy = one.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert b"<script" not in one.get_body()


async def test_what_scans_links_changes_nothing(records, live_hub, fleet_azure):
    await asking_fleet(2)
    token = await link_of()
    before = dict(records.rows)
    for method in ("GET", "HEAD", "GET"):
        scanner = FleetBrowser(live_hub)
        await scanner.get(method, token=token)
        await scanner.get(method)
        await scanner.get(method, after="1")
    assert records.rows == before
    assert live_hub.heard == []


async def test_each_image_is_decided_by_the_person_of_the_link(records, live_hub, fleet_azure):
    await asking_fleet(3)
    browser = FleetBrowser(live_hub)
    page = await browser.follow(await link_of())
    answer = await browser.post([*form_of(page, "approve", number=2), ("leave", "2")])
    assert (answer.status_code, "2 of 2 images approved" in text_of(answer)) == (200, True)
    assert stages(records, 3) == [Stage.APPROVED, Stage.OPEN, Stage.APPROVED]
    approval = records.question(id_of(1)).approval
    assert (approval.approver, approval.by_link, approval.via) == ("ada@contoso.com", True, "page")


async def test_a_teams_link_asks_for_a_name(records, live_hub, fleet_azure):
    await asking_fleet(1)
    browser = FleetBrowser(live_hub)
    page = await browser.follow(await link_of(TEAM))
    nameless = await browser.post(form_of(page, "approve"))
    assert (nameless.status_code, "Enter your name" in text_of(nameless)) == (422, True)
    assert (await browser.post(form_of(page, "approve", approver="Grace Hopper"))).status_code == 200
    approval = records.question(id_of(1)).approval
    assert (approval.approver, approval.verified) == ("Grace Hopper", False)


@pytest.mark.parametrize("number", ["", "0", "1", "3", "two", "2.0", "-2", "99999999999", "٢"])
async def test_a_number_that_is_not_that_of_the_images_decides_nothing(records, live_hub, fleet_azure, number):
    await asking_fleet(2)
    browser = FleetBrowser(live_hub)
    page = await browser.follow(await link_of())
    answer = await browser.post([*form_of(page, "approve", number=0)[:-2], ("number", number), ("comment", "x")])
    assert (answer.status_code, "Nothing was decided yet" in text_of(answer)) == (422, True)
    assert stages(records, 2) == [Stage.OPEN] * 2


async def test_a_form_that_is_sent_again_is_as_it_was_corrected(records, live_hub, fleet_azure):
    await asking_fleet(3)
    browser = FleetBrowser(live_hub)
    page = await browser.follow(await link_of())
    wrong = await browser.post([*form_of(page, "reject", number=3, comment="Does not boot."), ("leave", "2")])
    assert "This would decide about 2 images" in text_of(wrong)
    shown = text_of(wrong)
    assert 'name="leave" value="2" checked' in shown
    assert 'value="reject" required checked' in shown
    assert "Does not boot." in shown
    assert 'name="number" autocomplete="off" autocapitalize="none" spellcheck="false" value=""' in shown


async def test_a_rejection_needs_a_reason(records, live_hub, fleet_azure):
    await asking_fleet(1)
    browser = FleetBrowser(live_hub)
    page = await browser.follow(await link_of())
    assert "Say why you reject" in text_of(await browser.post(form_of(page, "reject", comment=" ")))
    assert (await browser.post(form_of(page, "reject", comment="No."))).status_code == 200
    assert records.question(id_of(1)).approval.comment == "No."


async def test_a_form_of_another_site_or_of_another_receivers_link_decides_nothing(records, live_hub, fleet_azure):
    await asking_fleet(1)
    ada, eve = FleetBrowser(live_hub), FleetBrowser(live_hub)
    form = form_of(await ada.follow(await link_of()), "approve")
    await eve.follow(await link_of(TEAM))
    others = await eve.post([*form, ("approver", "Eve Eavesdropper")])
    assert (others.status_code, "did not come from this page" in text_of(others)) == (403, True)
    elsewhere = await ada.post(form, **{"Sec-Fetch-Site": "cross-site"})
    origin = await ada.post(form, Origin="https://evil.example.com")
    without = await FleetBrowser(live_hub).post(form)
    assert [elsewhere.status_code, origin.status_code, without.status_code] == [403, 403, 404]
    assert stages(records, 1) == [Stage.OPEN]


async def test_a_form_with_the_token_in_its_address_is_not_read(records, live_hub, fleet_azure):
    await asking_fleet(1)
    token, browser = await link_of(), FleetBrowser(live_hub)
    form = form_of(await browser.follow(token), "approve")
    answer = await browser._send("POST", FLEET, {"token": token}, urlencode(form).encode())
    assert answer.status_code == 303
    assert stages(records, 1) == [Stage.OPEN]


async def test_a_form_that_is_replayed_decides_nothing_more(records, live_hub, fleet_azure):
    await asking_fleet(2)
    browser = FleetBrowser(live_hub)
    form = form_of(await browser.follow(await link_of()), "approve")
    await browser.post(form)
    written = records.writes
    again = await browser.post(form)
    assert (again.status_code, "2 of 2 images approved" in text_of(again)) == (200, True)
    assert records.writes == written
    await put(record_of(1, Phase.AWAITING_APPROVAL, id="anew"))
    replayed = await browser.post(form)
    assert "1 of 2 images approved" in text_of(replayed)
    assert "asked anew" in text_of(replayed)
    assert stages(records, 2) == [Stage.OPEN, Stage.APPROVED]


async def test_an_image_that_is_asked_about_later_is_not_decided_by_an_earlier_link(records, live_hub, fleet_azure):
    await asking_fleet(2)
    later = ASKED_AT + timedelta(minutes=10)
    await put(record_of(2, Phase.AWAITING_APPROVAL, asked_at=later))
    early, late = FleetBrowser(live_hub), FleetBrowser(live_hub)
    page = await early.follow(await link_of())
    assert "1 image asks since this link was sent" in page
    form = form_of(await late.follow(await link_of(covers=later)), "approve")
    csrf = form_of(page, "approve")[0]
    answer = await early.post([csrf, *form[1:]])
    assert "1 of 2 images approved" in text_of(answer)
    assert stages(records, 2) == [Stage.APPROVED, Stage.OPEN]


async def test_a_link_that_was_taken_back_opens_nothing(records, live_hub, fleet_azure, configure):
    await asking_fleet(1)
    token, browser = await link_of(), FleetBrowser(live_hub)
    form = form_of(await browser.follow(token), "approve")
    configure(notify=TEAM)
    for answer in (await browser.get(), await browser.post(form), await FleetBrowser(live_hub).get(token=token)):
        assert (answer.status_code, "taken back" in text_of(answer)) == (403, True)
    assert stages(records, 1) == [Stage.OPEN]


async def test_a_token_that_was_never_sent_and_a_fleet_that_does_not_exist_look_alike(records, live_hub, fleet_azure):
    await asking_fleet(1)
    token = await link_of()
    pages = []
    for fleet, said in (
        (FLEET, "forged"),
        (FLEET, ""),
        (f"fleet-{'f' * 32}", token),
        ("nonsense", token),
        (FLEET, "'"),
    ):
        answer = await FleetBrowser(live_hub).get(fleet=fleet, token=said)
        assert answer.status_code == 404
        pages.append(text_of(answer))
    assert len(set(pages)) == 1


async def test_somebody_else_who_is_signed_in_cannot_use_a_link(records, live_hub, fleet_azure, monkeypatch, configure):
    await asking_fleet(1)
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    configure(require_identity="true")
    token = await link_of()
    eve = FleetBrowser(live_hub, principal("eve@contoso.com", oid="eve"))
    page = await eve.follow(token)
    assert "this link was sent to ada@contoso.com, and you are signed in as eve@contoso.com" in page
    assert "<button" not in page
    ada = FleetBrowser(live_hub, principal("ada@contoso.com", oid="ada"))
    form = form_of(await ada.follow(token), "approve")
    assert (await eve.post(form)).status_code == 403
    assert stages(records, 1) == [Stage.OPEN]
    assert (await ada.post(form)).status_code == 200


async def test_who_has_not_signed_in_is_asked_to_where_that_would_help(
    records, live_hub, fleet_azure, monkeypatch, configure
):
    await asking_fleet(1)
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    configure(require_identity="true")
    page = await FleetBrowser(live_hub).follow(await link_of(TEAM))
    assert "Sign in to decide" in page
    assert "%2Fapi%2Ffleet-approvals%2F" in page
    assert "token" not in page


async def test_what_stands_against_an_image_comes_first_with_what_to_do(records, live_hub, fleet_azure):
    await asking_fleet(3)
    fleet_azure.changed[source_of(3)] = {"locks": [Lock(name="keep", level="CanNotDelete", scope=source_of(3))]}
    browser = FleetBrowser(live_hub)
    page = await browser.follow(await link_of())
    assert "1 image of 3 needs your attention" in page
    assert page.index("web003") < page.index("web001")
    assert "Nothing: it cannot be approved now, and is kept" in page
    assert "possible for 2 of the 3 shown: 2 source images are deleted for good" in page
    answer = await browser.post(form_of(page, "approve", number=2))
    assert "2 of 3 images approved" in text_of(answer)
    assert stages(records, 3) == [Stage.APPROVED, Stage.APPROVED, Stage.OPEN]


async def test_names_and_reasons_that_somebody_wrote_are_shown_and_not_run(records, live_hub, fleet_azure):
    nasty = "<script>alert(1)</script>"
    await put_fleet([record_of(1, Phase.AWAITING_APPROVAL)], name=nasty)
    fleet_azure.changed[source_of(1)] = {"locks": [Lock(name=nasty, level="CanNotDelete", scope=source_of(1))]}
    browser = FleetBrowser(live_hub)
    page = await browser.follow(await link_of(TEAM))
    answer = await browser.post(form_of(page, "reject", number=2, approver=nasty, comment=nasty))
    for shown in (page, answer.get_body().decode()):
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown


async def test_a_fleet_of_a_thousand_is_decided_page_by_page(records, live_hub, fleet_azure):
    await asking_fleet(230)
    token, browser = await link_of(), FleetBrowser(live_hub)
    await browser.get(token=token)
    after, sizes = "0", []
    while after:
        page = text_of(await browser.get(after=after))
        form = form_of(page, "approve")
        sizes.append(len(form) - 4)
        after = page.partition('href="?after=')[2].partition('"')[0] if "Next page" in page else ""
        if after == "0":
            after = page.partition("First page</a>")[2].partition('href="?after=')[2].partition('"')[0]
        assert (await browser.post(form)).status_code == 200
    assert sizes == [100, 100, 30]
    assert stages(records, 230) == [Stage.APPROVED] * 230
    assert "No image asks for a decision here now" in text_of(await browser.get())


async def test_a_record_that_cannot_be_reached_is_said_to_be_so(records, live_hub, fleet_azure):
    await asking_fleet(1)
    browser = FleetBrowser(live_hub)
    form = form_of(await browser.follow(await link_of()), "approve")
    records.is_down = True
    answer = await browser.post(form)
    assert (answer.status_code, "could not be reached" in text_of(answer)) == (503, True)


@pytest.mark.parametrize("beside", ['consent={"ads":1}', "a b=1", "é=1", 'x="q', "=1", "x", "Path=/", "fleet=é"])
async def test_a_link_opens_whatever_cookies_others_have_set_under_the_same_domain(
    records, live_hub, fleet_azure, beside: str
):
    await asking_fleet(1)
    token, browser = await link_of(), FleetBrowser(live_hub)
    for cookies in (f"{beside}; fleet={token}", f"fleet={token}; {beside}"):
        assert (await browser._send("GET", FLEET, {}, b"", {"Cookie": cookies})).status_code == 200
