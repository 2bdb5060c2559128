"""The page as its visitors use it: one decision by one link, shown to whoever comes later, never on stale facts."""

from dev.emulator.seed import IMAGES_GROUP, SUBSCRIPTION
from migration.values.ids import instance_id_for
from tests.support.running.app import outcome
from tests.support.running.azure import running_azure
from tests.support.running.mailboxes import ADA
from tests.support.running.site import running_site
from tests.support.running.visitors import Browser, principal, words_of
from tests.support.waiting import eventually

USERS_MAY_BE_OLD_SECONDS = 30


def test_an_approval_on_the_page_migrates_and_is_told_to_everyone(site, waiting):
    link = site.link(waiting)
    browser = Browser()
    page = browser.open(link)
    assert page.status_code == 200
    for fact in (
        waiting["sourceImageId"].rpartition("/")[2],
        "eastus2",
        "az vm create",
        "All 9 checks are met",
        "Not looked for: Batch pools",
        ADA,
    ):
        assert fact in page.text
    after = browser.decide(link, "approve")
    assert (after.status_code, ADA in after.text, "Approved" in after.text) == (200, True, True)
    ended = site.app.ended(waiting["id"])
    assert outcome(ended) == ("Migrated", "Migrated")
    approval = ended["approval"]
    assert (approval["approver"], approval["via"]) == (ADA, "page")
    assert (approval["verified"], approval["byLink"]) == (False, True), "the mail may have been forwarded"
    assert ended["decidedAt"] > waiting["createdAt"]
    tags = site.azure.tags(waiting["imageVersionId"])
    assert (tags["decided-by"], tags["decided-via"]) == (ADA, "page, by personal link")
    assert "Every target region holds a complete replica" in tags["decision-checks"]


def test_the_audit_tells_who_when_what_where_and_after_which_checks(site, waiting):
    Browser().decide(site.link(waiting), "reject", comment="It does not\r\nboot.")
    site.app.ended(waiting["id"])
    entry = next(entry for entry in site.audit(waiting) if entry["event"] == "rejected")
    assert (entry["by"], entry["identity"], entry["via"]) == (ADA, "by personal link", "page")
    assert (entry["imageVersionId"], entry["detail"]) == (waiting["imageVersionId"], "It does not\nboot.")
    assert "No lock protects the source image" in entry["checks"]
    assert [check for check in entry["checks"] if check.startswith("Not looked for: Batch pools")]
    assert entry["at"] >= waiting["createdAt"]


def test_a_second_click_and_a_siblings_link_show_the_decision(site, waiting):
    Browser().decide(site.link(waiting), "reject", comment="not yet")
    for link in (site.link(waiting), site.team_link(waiting)):
        page = Browser().open(link)
        assert page.status_code == 200
        assert "Rejected" in page.text
        assert ADA in page.text
        assert "not yet" in page.text
        assert "<form" not in page.text


def test_a_form_opened_before_the_decision_changes_nothing_after_it(site, waiting):
    slow = Browser()
    form = slow.form(site.team_link(waiting), decision="approve", approver="Slow Sue")
    Browser().decide(site.link(waiting), "reject", comment="not yet")
    page = slow.send(site.team_link(waiting), form)
    assert "Rejected" in page.text
    assert site.app.ended(waiting["id"])["approval"]["approver"] == ADA
    assert site.azure.exists(waiting["sourceImageId"])


def test_a_rejection_needs_a_reason_and_a_team_link_a_name(site, waiting):
    browser, link = Browser(), site.team_link(waiting)
    wordless = browser.decide(link, "reject", approver="Sue", comment=" \r\n ")
    assert (wordless.status_code, "Say why you reject it." in wordless.text) == (422, True)
    assert 'value="Sue"' in wordless.text
    nameless = browser.decide(link, "approve", approver=" ")
    assert (nameless.status_code, "Enter your name." in nameless.text) == (422, True)
    undecided = browser.decide(link, "perhaps", approver="Sue")
    assert undecided.status_code == 422
    for nobody in ("the app", " The APP ", "unknown"):
        assert "Enter your name." in browser.decide(link, "approve", approver=nobody).text
    assert site.migration(waiting) == waiting


def test_a_name_typed_on_a_team_link_is_recorded_as_not_verified(site, waiting):
    page = Browser().decide(site.team_link(waiting), "reject", approver="<b>Sue</b>", comment="<i>no</i> & no")
    assert "&lt;b&gt;Sue&lt;/b&gt;" in page.text
    assert "named by the caller, not verified" in page.text
    assert site.migration(waiting)["approval"]["verified"] is False


def test_what_changed_since_the_page_was_opened_is_asked_again(site, waiting):
    browser, link = Browser(), site.link(waiting)
    form = browser.form(link, decision="approve")
    lock = site.azure.lock(waiting["sourceImageId"])
    asked_again = browser.send(link, form)
    assert asked_again.status_code == 409
    assert "Something has changed since you opened this page: the locks on the source image" in asked_again.text
    assert "<title>Something has changed: " in asked_again.text
    assert "cannot be deleted now" in asked_again.text
    assert "Remove the lock" in asked_again.text
    assert "Yes, delete" not in asked_again.text
    assert site.migration(waiting)["approval"] is None
    site.azure.unlock(lock)
    assert site.azure.exists(waiting["sourceImageId"])
    name = waiting["sourceImageId"].rpartition("/")[2]
    assert browser.decide(link, "approve", image=name).status_code == 409
    assert browser.decide(link, "approve").status_code == 200
    assert outcome(site.app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_who_came_to_use_the_source_is_shown_within_half_a_minute(site, waiting):
    browser, link = Browser(), site.link(waiting)
    form = browser.form(link, decision="approve")
    consumer = site.azure.seed_consumer("virtualMachineScaleSets", waiting["sourceImageId"])
    eventually(lambda: consumer.rpartition("/")[2] in browser.open(link).text, USERS_MAY_BE_OLD_SECONDS)
    asked_again = browser.send(link, form)
    assert (asked_again.status_code, "who uses the source image" in asked_again.text) == (409, True)
    site.azure.control.delete_resource(consumer)


def test_that_users_of_the_source_may_be_hidden_is_shown_before_anybody_decides():
    """There was no page, or it said that no machine uses the source: lists are cut down to what the app may read."""
    right = "Microsoft.Compute/virtualMachines/read"
    with running_azure() as azure, running_site(azure) as site:
        azure.control.settings(deniedActions={right: SUBSCRIPTION}, grantedActions={right: IMAGES_GROUP})
        waiting = site.waiting()
        browser, link = Browser(), site.link(waiting)
        page = browser.open(link)
        assert (page.status_code, "2 of 9 checks need your attention" in page.text) == (200, True)
        for said in ("Who uses the source image cannot be seen in", right, "cannot be deleted now", "Give it the"):
            assert said in words_of(page)
        browser.decide(link, "accept")
        assert outcome(site.app.ended(waiting["id"])) == ("SourceKept", "Accepted")
        (checked,) = [entry["checks"] for entry in site.audit(waiting) if entry["event"] == "accepted"]
        assert [one for one in checked if one.startswith("NOT MET: Who uses the source image cannot be seen in")]


def test_the_age_of_the_source_is_shown_where_azure_tells(site):
    image = site.azure.seed_image("old")
    document = site.azure.control.resource(image)
    site.azure.control.put_resource(document | {"systemData": {"createdAt": "2021-05-04T10:00:00Z"}})
    found = site.asked(site.app.start(image))
    assert "created on 4 May 2021" in words_of(Browser().open(site.link(found)))


def test_identity_headers_mean_nothing_while_authentication_is_off(site, waiting):
    eve = principal("eve@contoso.com", oid="eve")
    page = Browser(eve).open(site.team_link(waiting))
    assert "eve@contoso.com" not in page.text
    decided = site.app.call(
        "POST",
        waiting["links"]["approval"],
        {"decision": "reject", "approver": "Mallory", "imageVersionId": waiting["imageVersionId"], "comment": "no"},
        identity=eve,
    )
    assert decided.status_code == 202
    approval = site.migration(waiting)["approval"]
    assert (approval["approver"], approval["verified"]) == ("Mallory", False)


def test_a_link_of_an_earlier_run_shows_that_runs_end_and_not_the_later_ones(site, waiting):
    old = site.link(waiting)
    Browser().decide(old, "reject", comment="wrong day")
    site.app.ended(waiting["id"])
    again = site.ask_again(waiting)
    new = site.link(waiting)
    assert (new != old, again["run"] != waiting["run"], again["before"]) == (True, True, waiting["run"])
    assert shows_the_rejection(Browser().open(old))
    Browser().decide(new, "approve")
    assert outcome(site.app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert shows_the_rejection(Browser().open(old), "Rejected, and the source image is gone")
    assert "Approved, and done" in Browser().open(new).text


def shows_the_rejection(page, title="Rejected: the source image is kept"):
    """What is told of the source is true now, whatever became of it in a later run."""
    told = [words in page.text for words in (title, "wrong day", "Approved", "<form")]
    return (page.status_code, told) == (200, [True, True, False, False])


def test_a_form_of_an_earlier_run_decides_nothing_about_the_later_one(site, waiting):
    browser, old = Browser(), site.link(waiting)
    form = browser.form(old, decision="approve")
    Browser().decide(old, "reject", comment="wrong day")
    site.app.ended(waiting["id"])
    again = site.ask_again(waiting)
    late = browser.send(old, form)
    assert (late.status_code, "Your decision came too late" in late.text) == (409, True)
    assert site.migration(waiting) == again


def test_a_link_of_a_replaced_question_says_so_and_decides_nothing(site, waiting):
    browser, old = Browser(), site.link(waiting)
    form = browser.form(old, decision="approve")
    again = site.ask_again(waiting)
    assert (again["run"], site.link(waiting) != old) == (waiting["run"], True)
    for stale in (Browser().open(old), browser.send(old, form)):
        assert stale.status_code == 410
        assert "This link is for an earlier question" in stale.text
        assert "<form" not in stale.text
    assert site.migration(waiting) == again
    Browser().decide(site.link(waiting), "approve")
    assert outcome(site.app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert "earlier question" in Browser().open(old).text


def test_a_migration_that_keeps_its_source_promises_to_delete_nothing(site):
    migration = site.accept_only(site.waiting())
    page = Browser().open(site.link(migration))
    assert "deleted for good" not in page.text
    assert "Yes, accept the version" in page.text
    assert "Yes, delete" not in page.text
    assert "This stays as well" in page.text
    assert Browser().decide(site.link(migration), "approve").status_code == 422
    Browser().decide(site.link(migration), "accept")
    assert outcome(site.app.ended(migration["id"]))[0] == "SourceKept"
    assert "Accepted, and done" in Browser().open(site.link(migration)).text
    assert site.azure.exists(migration["sourceImageId"])


def test_what_the_copy_lacks_is_shown_before_anybody_approves(site):
    image = site.azure.seed_image("lossy", tags={"team": "web"})
    site.azure.change(image, lambda properties: properties["storageProfile"].update(zoneResilient=True))
    body = {"sourceImageId": image, "targetRegions": ["eastus2=1=standard_lrs"]}
    assert site.app.call("POST", "migrations", body).status_code == 202
    migration = site.asked(instance_id_for(image))
    site.azure.update_tags(image, {"cost": "42"})
    page = eventually(lambda: page if "cost." in (page := Browser().open(site.link(migration))).text else None, 35)
    assert "What changes" in page.text
    assert "The source is zone-resilient" in page.text
    assert "Tags of the source that its copy does not have: cost." in page.text


def test_a_copy_that_lacks_nothing_has_no_such_section(site, waiting):
    assert "What changes" not in Browser().open(site.link(waiting)).text


def test_the_page_names_a_tag_by_which_a_clean_up_job_may_delete_the_version(site):
    tagged = site.app.waiting(site.app.start(site.azure.seed_image("short-lived", tags={"expireOn": "2027-01-31"})))
    assert "a tag that clean-up jobs go by: expireOn=2027-01-31" in Browser().open(site.link(tagged)).text
    plain = site.app.waiting(site.app.start(site.azure.seed_image("plain", tags={"team": "web"})))
    assert "clean-up jobs" not in Browser().open(site.link(plain)).text


def test_the_page_tells_how_the_version_is_kept_from_getting_lost(site):
    keeping = site.azure.seed_gallery("patient")
    policy = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 21}
    site.azure.change(keeping, lambda properties: properties.update(softDeletePolicy=policy))
    wishes = {"gallery": keeping, "protect": True, "endOfLifeDate": "2040-01-31"}
    kept = site.app.waiting(site.app.start(site.azure.seed_image("kept"), **wishes))
    page = Browser().open(site.link(kept)).text
    assert "keeps deleted versions for 21 days (soft delete)" in page
    assert "it cannot be deleted before its end of life" in page
    plain = site.app.waiting(site.app.start(site.azure.seed_image("plain")))
    page = Browser().open(site.link(plain)).text
    assert "does not keep deleted versions: soft delete is off" in page
    assert "cannot be deleted before" not in page


def test_what_azure_itself_says_of_the_version_is_shown_beside_the_checks_and_keeps_nobody_from_approving(
    site, waiting
):
    """Trusted Launch was validated, with no success, an hour after people had been asked."""
    assert site.app.call("GET", waiting["links"]["checks"]).json()["remarks"] == []
    version = site.azure.control.resource(waiting["imageVersionId"])
    executed = [{"type": "TrustedLaunch", "status": "Failed", "executionTime": "2026-11-29T10:00:00Z"}]
    attributes = [{"name": "source_image_publisher", "value": "Canonical"}]
    version["properties"]["validationsProfile"] |= {"executedValidations": executed, "platformAttributes": attributes}
    site.azure.control.put_resource(version)
    told = site.app.call("GET", waiting["links"]["checks"]).json()["remarks"]
    assert [remark.partition(":")[0] for remark in told] == [
        "Azure says that the version descends from the Marketplace image Canonical/?/?",
        "Validated by Azure itself as TrustedLaunch, of 2026-11-29 10",
    ]
    link = site.link(waiting)
    shown = eventually(lambda: page if told[1] in (page := words_of(Browser().open(link))) else None, 35)
    assert told[0] in shown
    assert Browser().decide(link, "approve").status_code == 200
    assert outcome(site.app.ended(waiting["id"])) == ("Migrated", "Migrated")
