"""Every call of the OpenAPI document, sent what its schema allows and what it does not: no answer is beside the
document, and whoever is refused has changed nothing.
"""

import json
from types import SimpleNamespace
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.estate import FLEET
from tests.fuzz.from_schema import ODD_TEXTS, Schemas, odd
from tests.fuzz.held import Described
from tests.support.documents import GALLERY_ID
from triggers.describing.document import describe
from triggers.describing.openapi import CALLS

DOCUMENT = describe(CALLS)
OPERATIONS = [
    (method.upper(), route, operation)
    for route, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
NAMED = [f"{method} {route}" for method, route, _ in OPERATIONS]
WITH_BODY = [one for one in OPERATIONS if "application/json" in one[2].get("requestBody", {}).get("content", {})]
BODY_NAMED = [f"{method} {route}" for method, route, _ in WITH_BODY]
FUZZ = settings.get_profile("fuzz")
# What makes sense there is more than a schema says: rows or a selection; what was shown of questions.
SELDOM_UNDERSTOOD = {"/fleets/plan", "/fleets/{id}/approval"}
TYPES = (
    *("application/json", "application/json; charset=utf-16", "application/merge-patch+json", "APPLICATION/JSON;"),
    *("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "", "json", "\xff"),
)


@pytest.fixture(scope="module")
def called(estate):
    """The estate, the document, and what makes sense in which field."""
    images = [estate.free, estate.asking.source_image_id, estate.over.source_image_id, f"{estate.free}-gone"]
    version = estate.asking.run.image_version_id
    likely = {
        "sourceImageId": (*images, images[0].upper()),
        "gallery": (None, GALLERY_ID, "contoso_gallery", "no_such_gallery"),
        "imageDefinition": (None, "ubuntu-web", "new-one"),
        "version": (None, "auto", "1.2.3", "4294967295.0.0"),
        "targetRegions": (None, "westus2=2,eastus2", ["westus2=2=premium_lrs", {"name": "northeurope"}]),
        "endOfLifeDate": (None, "2099-12-31"),
        "at": ("2099-12-31T00:00:00Z", "2099-01-01T00:00:00+02:00"),
        "soak": (None, "P14D", "PT0S"),
        "features": (None, "nvme", ["nvme"]),
        "encryptionSets": (None, {"westus2": "des"}, "westus2:des"),
        "definitionTags": (None, {"team": "web"}, "team=web"),
        "imageVersionId": (version, version.lower(), f"{version}0"),
        "approver": ("Ada", "Ada Lovelace"),
        "run": (None, estate.asking.run.id, estate.over.run.id, "another"),
        "callback": (None, "token 1", "forged"),
        "subscriptions": ([], [images[0].split("/")[2]]),
        "resourceGroups": ([], ["images", "im*"]),
        "names": (["*"], ["ubuntu-?eb"]),
        "pattern": ("{definition}-#", "web-#"),
        "defaults": ({}, {"gallery": "contoso_gallery", "soak": "P14D"}),
        "rows": (None, [{"request": {"sourceImageId": images[0]}}, {"request": {"sourceImageId": images[3]}}]),
    }
    return SimpleNamespace(
        estate=estate,
        schemas=Schemas(DOCUMENT, likely),
        described=Described(DOCUMENT),
        ids=[estate.asking.migration_id, estate.over.migration_id, estate.planning.migration_id, FLEET],
    )


def sent(called, method, route, path, **how):
    """Send it; holds the answer, and that a refusal has changed nothing."""
    before = called.estate.written() if method == "POST" else None
    answer = called.estate.app.call(method, path, **how)
    called.described.holds(method, route, answer, (path, how))
    if method == "POST" and answer.status_code >= 400:
        assert called.estate.written() == before, f"{path} {how}: {answer.text}"
    elif method == "POST":
        called.estate.put_back()
    return answer


def paths(called, route):
    ids = st.sampled_from(called.ids) | st.sampled_from([text for text in ODD_TEXTS if text and is_text(text)])
    ids |= st.sampled_from(["migrate-web-0123456789", f"migrate-web-{'0' * 32}", called.ids[0].upper(), "migrate-"])
    return ids.map(lambda one: route[1:].replace("{id}", quote(one, safe="")))


def is_text(text):
    return text.encode(errors="replace").decode() == text


def as_text(value):
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def queries(called, operation):
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    told = st.sampled_from([text for text in ODD_TEXTS if is_text(text)]) | st.text(max_size=20).filter(is_text)
    made = {name: told | called.schemas.valid(one["schema"]).map(as_text) for name, one in known.items()}
    made |= dict.fromkeys(("colour", "code", "top ", ""), told)
    return st.fixed_dictionaries({}, optional=made).map(urlencode)


@pytest.mark.parametrize(("method", "route", "operation"), OPERATIONS, ids=NAMED)
def test_any_path_and_query_is_answered_as_described(called, method, route, operation):
    @settings(FUZZ, max_examples=60 if method == "GET" else 20)
    @given(st.data())
    def holds(data):
        path, query = data.draw(paths(called, route)), data.draw(queries(called, operation))
        sent(called, method, route, f"{path}?{query}" if query else path)

    holds()


@pytest.mark.parametrize(("method", "route", "operation"), WITH_BODY, ids=BODY_NAMED)
def test_any_body_is_answered_as_described_and_one_that_is_refused_changes_nothing(called, method, route, operation):
    schema, answered = operation["requestBody"]["content"]["application/json"]["schema"], set()

    @settings(FUZZ)
    @given(st.data())
    def holds(data):
        body = data.draw(called.schemas.valid(schema) | called.schemas.broken(schema))
        path = route[1:].replace("{id}", data.draw(st.sampled_from(called.ids)))
        headers = {"Content-Type": "application/json"}
        answer = sent(called, method, route, path, data=json.dumps(body).encode(), headers=headers)
        answered.add(answer.status_code < 400)

    holds()
    assert answered == {True, False} or route in SELDOM_UNDERSTOOD, (
        "only what is understood, or only what is refused, was tried"
    )


def cut(text, data):
    return text[: data.draw(st.integers(0, max(len(text) - 1, 0)))]


TEXTS = {
    "cut": lambda text, data: cut(text, data).encode(),
    "twice": lambda text, data: (text + text).encode(),
    "with a mark before it": lambda text, data: b"\xef\xbb\xbf" + text.encode(),
    "in UTF-16": lambda text, data: text.encode("utf-16", errors="surrogatepass"),
    "as a form": lambda text, data: b"sourceImageId=x",
    "with single quotes": lambda text, data: text.replace('"', "'").encode(),
    "of any bytes": lambda text, data: data.draw(st.binary(max_size=50)),
    "nested without end": lambda text, data: b'{"a":' * 30_000,
    "a number without end": lambda text, data: b"1" * 10_000,
    "too long": lambda text, data: b" " * 200_000 + text.encode(),
}


@pytest.mark.parametrize(("method", "route", "operation"), WITH_BODY, ids=BODY_NAMED)
def test_any_bytes_of_any_type_are_answered_as_described(called, method, route, operation):
    schema = operation["requestBody"]["content"]["application/json"]["schema"]

    @settings(FUZZ, max_examples=40)
    @given(st.data())
    def holds(data):
        text = json.dumps(data.draw(called.schemas.valid(schema)))
        content = TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))](text, data)
        path = route[1:].replace("{id}", data.draw(st.sampled_from(called.ids)))
        sent(called, method, route, path, data=content, headers={"Content-Type": data.draw(st.sampled_from(TYPES))})

    holds()


@pytest.mark.parametrize(("method", "route", "operation"), WITH_BODY, ids=BODY_NAMED)
def test_every_wrong_field_of_a_body_is_named_at_once(called, method, route, operation):
    """Wrong whatever it is read as: an object of no known field, a field nobody knows, none where one is needed."""
    schema = called.schemas.resolved(operation["requestBody"]["content"]["application/json"]["schema"])
    needed = schema.get("required", [])
    wrong: dict[str, object] = {name: {"no such": {"thing": 1}} for name in schema["properties"]}
    wrong |= {"colour": "blue", "Reason": "x"}

    @settings(FUZZ, max_examples=30)
    @given(st.data())
    def holds(data):
        broken = data.draw(st.sets(st.sampled_from(sorted(wrong)), min_size=1))
        left_out = data.draw(st.sets(st.sampled_from(needed))) - broken if needed else set()
        body = data.draw(called.schemas.valid(schema))
        body = {name: value for name, value in body.items() if name not in left_out} | {
            name: wrong[name] for name in broken
        }
        path = route[1:].replace("{id}", FLEET if route.startswith("/fleets") else called.ids[0])
        answer = sent(called, method, route, path, body=body)
        assert answer.status_code == 422, answer.text
        named = {problem["field"].partition(".")[0] for problem in answer.json()["errors"]}
        assert named >= broken | left_out, (body, answer.text)

    holds()


@pytest.mark.parametrize(("method", "route", "operation"), WITH_BODY, ids=BODY_NAMED)
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_only_python_takes_for_json_is_none(called, method, route, operation, number):
    path = route[1:].replace("{id}", called.ids[0])
    headers = {"Content-Type": "application/json"}
    assert sent(called, method, route, path, data=f'{{"x": {number}}}'.encode(), headers=headers).status_code == 400


@pytest.mark.parametrize(("method", "route", "operation"), WITH_BODY, ids=BODY_NAMED)
def test_a_field_that_is_said_twice_is_refused(called, method, route, operation):
    """The last one counted: who reads a body before the app may have seen the first."""
    path = route[1:].replace("{id}", called.ids[0])
    schema = called.schemas.resolved(operation["requestBody"]["content"]["application/json"]["schema"])
    field = next(iter(schema["properties"]), "x")
    body = f'{{"{field}": "one", "{field}": "another"}}'.encode()
    assert sent(called, method, route, path, data=body, headers={"Content-Type": "application/json"}).status_code == 400


@settings(FUZZ)
@given(odd())
def test_what_is_odd_can_be_written_as_json(value):
    """Whatever is made here can be sent: what cannot would be left out without a word."""
    json.dumps(value).encode()
