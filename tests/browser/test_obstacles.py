"""What stands against a decision decides what the page says: every combination, on a desk and a phone, dark, enlarged.

The app's own page of the sample's question; only what was read from Azure, and one setting, differ.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from migration.asking.reading import settings
from migration.promise.evidence import Consumer, Part
from migration.resources.lock import Lock
from migration.values.answer import Refusal
from tests.browser.sample_page import NOW, question, sample_page

DELETES = ("deleted for good", "no way back", "delete the source image", "image is deleted", "If you approve")
GROUP = "/subscriptions/c0ffee00-0000-4000-8000-000000000001/resourceGroups/web-production/providers/Microsoft.Compute"
SCALE_SET = Consumer(id=f"{GROUP}/virtualMachineScaleSets/web", kind="scale-sets")
MACHINES = [
    Consumer(id=f"{GROUP}/virtualMachines/web-{number:03}", kind="machines-without-own-disk") for number in range(50)
]
UNREADABLE = Refusal(code="AuthorizationFailed", message="the app may not read this")
HIDDEN = Refusal(code="UsersNotVisible", message=f"who uses the source image cannot be seen in {GROUP}")

VIEWS = {
    "desktop": ({"width": 1280, "height": 900}, "light"),
    "phone": ({"width": 390, "height": 844}, "light"),
    "dark": ({"width": 1280, "height": 900}, "dark"),
    "200 %": ({"width": 640, "height": 450}, "light"),
}


def incomplete(evidence):
    lagging = evidence.version.replication[1].changed(state="Replicating", progress=40)
    return evidence.having(version=evidence.version.changed(replication=[*evidence.version.replication[:1], lagging]))


def tagged(evidence, **tags):
    return evidence.having(image=evidence.image.changed(tags=evidence.image.tags | tags))


def as_it_is(evidence):
    return evidence


# Each row is one thing in Azure, and the states that it may be in; only the first of each lets the source go.
TAGS = {
    "as asked": as_it_is,
    "never": lambda one: tagged(one, **{"migrate-to-gallery-options": "delete-source=never"}),
}
USERS = {"nobody": as_it_is, "a scale set": lambda one: one.having(consumers=[SCALE_SET])}
LOCKS = {"none": as_it_is, "a lock": lambda one: one.having(locks=[Lock(name="keep", level="CanNotDelete")])}
VERSIONS = {
    "complete": as_it_is,
    "incomplete": incomplete,
    "unreadable": lambda one: one.lacking(Part.VERSION, UNREADABLE).changed(version=None),
    "gone": lambda one: one.having(version=None),
}
SOURCES = {
    "there": as_it_is,
    "another": lambda one: one.having(image=one.image.changed(content="another")),
    "unreadable": lambda one: one.lacking(Part.IMAGE, UNREADABLE).changed(image=None),
    "gone": lambda one: one.having(image=None).lacking(Part.LOCKS, UNREADABLE.changed(absent=one.image.id)),
}
SEEN = (TAGS, USERS, LOCKS, VERSIONS, SOURCES)
# What is much like another state of its row: shown alone.
ALONE = (
    {"another wish": lambda one: tagged(one, **{"migrate-to-gallery": "another_gallery"})},
    {
        "fifty machines": lambda one: one.having(consumers=[SCALE_SET, *MACHINES]),
        "hidden": lambda one: one.lacking(Part.CONSUMERS, HIDDEN),
    },
    {"locks unread": lambda one: one.lacking(Part.LOCKS, UNREADABLE)},
    {"made again": lambda one: one.having(version=one.version.changed(published_at=NOW))},
    {},
)
SETTINGS = ("afterApproval", "never")
FREE = (*(next(iter(row)) for row in SEEN), SETTINGS[0])


def page_of(states):
    """The page of a question where things are in these states."""
    asked, evidence = question()
    for row, alone, state in zip(SEEN, ALONE, states[:-1], strict=True):
        evidence = (row | alone)[state](evidence)
    return sample_page(asked, evidence)


def with_one(state):
    """All as it lets the source go, but for one thing."""
    at = next(number for number, (row, alone) in enumerate(zip(SEEN, ALONE, strict=True)) if state in row | alone)
    return (*FREE[:at], state, *FREE[at + 1 :])


@pytest.fixture(scope="module")
def pages():
    """Every combination of states, and its page; made beside Playwright, which lets no other event loop run."""
    found = {}
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as beside:
        for setting in SETTINGS:
            patch.setenv("MIGRATION_DELETE_SOURCE", setting)
            settings.cache_clear()
            every = [(*states, setting) for states in product(*SEEN)]
            every += [(*with_one(state)[:-1], setting) for row in ALONE for state in row]
            found |= zip(every, beside.map(page_of, every), strict=True)
    settings.cache_clear()
    return found


def untrue(states, text):
    """What the page says and should not, or does not say and should."""
    version, source = states[3], states[4]
    if states == FREE:
        return [words for words in ("deleted for good", "Yes, delete the source image") if words not in text]
    said = [words for words in DELETES if words in text]
    said += [words for words in ("Approve", "All 9 checks") if words in text]
    said += ["no way to look again"] * ("Look again" not in text)
    said += ["accepts"] * (("Yes, accept" in text) != (version == "complete"))
    said += ["gone, and kept"] * (source == "gone" and "source image is kept" in text)
    said += ["gone, and there"] * (source == "gone" and "The source image exists" in text)
    said += ["gone, and stays"] * (version == "gone" and ("version stays" in text or "az vm create" in text))
    said += ["not rejectable"] * ("Yes, reject" not in text)
    return said


def views_of(states):
    """The words are the same in each: what more than one thing stands against is looked at in one."""
    against = sum(state != free for state, free in zip(states, FREE, strict=True))
    return VIEWS if against <= 1 else dict([next(iter(VIEWS.items()))])


READ = """() => {
    document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); one.open = true })
    return [document.body.innerText, document.title, document.documentElement.scrollWidth]
}"""


@pytest.mark.parametrize("source", SOURCES)
def test_deleted_for_good_is_said_only_where_approving_would_delete(pages, page, source):
    """Of an image in use, locked, kept by its tag, gone or changed it said that it is deleted for good."""
    wrong = {}
    for states in (one for one in pages if one[4] == source):
        page.set_content(pages[states])
        for view, (size, scheme) in views_of(states).items():
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            text, title, width = page.evaluate(READ)
            found = [*untrue(states, text), *(["scrolls sideways"] * (width > size["width"]))]
            found += ["title"] * (("Approve" in title) != (states == FREE))
            if found:
                wrong[(*states, view)] = found
    assert wrong == {}


CURES = {
    "a scale set": "Point what uses it at the version",
    "a lock": "Remove the lock",
    "never": "Take that off the tag",
    "incomplete": "Restore it and look again",
    "another": "have the image that is there now migrated",
    "hidden": "Give it the role",
}


@pytest.mark.parametrize("state", CURES)
def test_what_stands_against_the_delete_is_at_the_head_with_its_cure(pages, page, state):
    page.set_content(pages[with_one(state)])
    head = page.inner_text("main").partition("As things stand" if state == "incomplete" else "If you accept")[0]
    assert "cannot be deleted now" in head
    assert CURES[state] in head
    assert "Look again" in head


def test_a_crowd_of_users_is_counted_and_folded(pages, page):
    page.set_content(pages[with_one("fifty machines")])
    text = page.inner_text("main")
    assert "50 virtual machines without proven disks of their own" in text
    assert "In use by 50 virtual machines without proven disks of their own, 1 scale set" in text
    assert "web-017" not in text
    page.get_by_text("50 virtual machines without proven disks of their own", exact=True).click()
    assert "web-017" in page.inner_text("main")


@pytest.fixture(scope="module")
def with_machines():
    """The page of a source from which twelve machines came, all with disks of their own."""
    machines = [Consumer(id=f"{GROUP}/virtualMachines/own-{number:02}", kind="machines") for number in range(12)]
    unlooked = {"fleets": "the app may not read them in /subscriptions/s", "others": "the app may not read them"}
    with ThreadPoolExecutor(1) as beside:
        asked, evidence = question()
        return beside.submit(sample_page, asked, evidence.having(machines=machines, unlooked=unlooked)).result()


def test_machines_that_keep_running_are_named_before_the_button_and_what_was_not_looked_for(with_machines, page):
    page.set_content(with_machines)
    text = page.inner_text("main")
    assert "12 machines came from it; they keep running, and can no longer be reimaged" in text
    assert "Not looked for, or not everywhere: Compute Fleets, because the app may not read them in" in text
    assert text.index("12 machines came from it") < text.index("Your decision")
    page.get_by_text("12 virtual machines with their own disks", exact=True).click()
    assert "own-07" in page.inner_text("main")
    page.get_by_text("What needs the source image, by kind").click()
    table = page.locator("#kinds").inner_text()
    for said in ("keeps running, and can no longer be reimaged", "image templates", "not looked for", "none", "12"):
        assert said in table
