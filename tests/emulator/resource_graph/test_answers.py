"""What surrounds a query: pages, limits, who may read what, and how late Resource Graph learns of a change."""

import pytest

from dev.emulator.resource_graph import errors
from dev.emulator.seed import IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION, SUBSCRIPTION_ID
from dev.emulator.vocabulary.tokens import unsigned_token
from tests.support.documents import image_id, seed_image

IMAGES = "resources | where type =~ 'microsoft.compute/images' | project id | order by id asc"
ALL_IMAGES = ["debian-legacy", "shop-frontend", "ubuntu-web", "windows-build"]
ELSEWHERE = "0badcafe-0000-4000-8000-000000000009"


def names(rows):
    return [row["id"].rpartition("/")[2] for row in rows]


@pytest.mark.parametrize("api", ["2021-03-01", "2022-10-01"])
def test_an_answer_has_its_counts_and_says_that_it_is_whole(ask, api):
    answer = ask.whole(IMAGES, api=api).json()
    assert names(answer.pop("data")) == ALL_IMAGES
    assert answer == {"totalRecords": 4, "count": 4, "facets": [], "resultTruncated": "false"}


def test_pages_follow_one_another_until_there_is_no_token(ask):
    first = ask.whole(IMAGES, **{"$top": 3}).json()
    assert (first["totalRecords"], first["count"], first["resultTruncated"]) == (4, 3, "false")
    second = ask.whole(IMAGES, **{"$top": 3, "$skipToken": first["$skipToken"]}).json()
    assert names(first["data"] + second["data"]) == ALL_IMAGES
    assert "$skipToken" not in second
    assert names(ask(IMAGES, **{"$skip": 2})) == ALL_IMAGES[2:]


def test_a_page_has_a_thousand_rows_at_most(ask, control):
    for number in range(1001):
        control.put_resource({"id": f"{SHOP_GROUP}/providers/Contoso.Shop/things/{number:04}"})
    things = "resources | where type == 'contoso.shop/things' | project id | order by id asc"
    first = ask.whole(things).json()
    second = ask.whole(things, **{"$skipToken": first["$skipToken"]}).json()
    assert (first["totalRecords"], first["count"], second["count"]) == (1001, 1000, 1)
    assert names(second["data"]) == ["1000"]


@pytest.mark.parametrize("query", [IMAGES.replace("project id", "project name, n = id"), f"{IMAGES} | limit 3"])
def test_what_shows_no_id_or_is_limited_has_no_further_pages_and_says_that_it_is_cut_off(ask, query):
    answer = ask.whole(
        query.replace("order by id", "order by n" if "n = id" in query else "order by id"), **{"$top": 2}
    )
    assert answer.json()["resultTruncated"] == "true"
    assert "$skipToken" not in answer.json()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"$top": 0}, "'$top' must be a whole number from 1 to 1000"),
        ({"$top": 1001}, "'$top' must be a whole number from 1 to 1000"),
        ({"$top": "5"}, "'$top' must be a whole number from 1 to 1000"),
        ({"$skip": -1}, "'$skip' must be a whole number from 0 to 1000000000"),
        ({"$skipToken": "?"}, "'$skipToken' is not a token of ours"),
        ({"$skipToken": "WzMsMV0="}, "'$skipToken' belongs to another query"),
        ({"resultFormat": "table"}, "the resultFormat 'table' is not supported"),
        ({"$orderby": "id"}, "the option '$orderby' is not supported"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(ask, options, reason):
    assert ask.reason(IMAGES, **options) == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "'query' must be a string"),
        ({"query": 5}, "'query' must be a string"),
        ({"query": IMAGES, "options": []}, None),
        ({"query": IMAGES, "options": [1]}, "'options' must be an object"),
        ({"query": IMAGES, "subscriptions": "all"}, "'subscriptions' must be a list of subscription ids"),
        ({"query": IMAGES, "managementGroups": ["mine"]}, "'managementGroups' is not supported"),
        ({"query": IMAGES, "facets": [{"expression": "type"}]}, "'facets' is not supported"),
        ({"query": IMAGES, "scope": "x"}, "'scope' is not supported"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(ask, body, reason):
    response = ask.send(body)
    if reason is None:
        assert response.status_code == 200
    else:
        assert (response.status_code, response.json()["error"]["details"][1]["message"]) == (400, reason)


def test_without_subscriptions_the_whole_tenant_is_asked(ask, control):
    other = f"/subscriptions/{ELSEWHERE}"
    control.put_resource({"id": other, "displayName": "Other"})
    control.put_resource({"id": f"{other}/resourceGroups/g/providers/Microsoft.Compute/images/far"})
    everywhere = ask.send({"query": IMAGES}).json()["data"]
    assert names(everywhere) == ["far", *ALL_IMAGES]
    assert names(ask(IMAGES)) == ALL_IMAGES
    assert names(ask(IMAGES, subscriptions=[ELSEWHERE.upper()])) == ["far"]


def test_a_subscription_of_another_tenant_or_of_nobody_is_left_out(ask, control):
    control.put_resource({"id": f"/subscriptions/{ELSEWHERE}", "tenantId": "11111111-0000-4000-8000-000000000009"})
    control.put_resource({"id": f"/subscriptions/{ELSEWHERE}/resourceGroups/g/providers/Microsoft.Compute/images/far"})
    assert names(ask(IMAGES, subscriptions=[SUBSCRIPTION_ID, ELSEWHERE, "nobodys"])) == ALL_IMAGES
    assert ask.whole(IMAGES, subscriptions=[ELSEWHERE, "nobodys"]).status_code == 403


def test_what_the_caller_may_not_read_is_left_out_without_a_word(ask, control):
    control.settings(deniedActions={"Microsoft.Compute/images/read": image_id("ubuntu-web")})
    assert names(ask(IMAGES)) == ["debian-legacy", "shop-frontend", "windows-build"]
    control.settings(deniedActions={"*/read": IMAGES_GROUP})
    assert ask(IMAGES) == []


def _error(response):
    error = response.json()["error"]
    message, _, rest = error.pop("message").partition(" = ")
    assert message == "Please provide below info when asking for support: timestamp"
    assert rest.endswith("Z, correlationId = 00000000-0000-0000-0000-000000000000.")
    return error


def test_who_may_read_nothing_is_refused_as_recorded(ask, control):
    control.settings(deniedActions={"*": SUBSCRIPTION})
    response = ask.whole(IMAGES)
    assert response.status_code == 403
    assert _error(response) == {"code": "AccessDenied", "details": [errors.NOTHING_READABLE]}
    assert errors.NOTHING_READABLE["message"] == (
        "Access is denied to the requested resource. The user might not have enough permission."
    )


def test_a_bad_query_is_refused_as_recorded(ask):
    response = ask.whole("nothing")
    assert response.status_code == 400
    error = _error(response)
    assert (error["code"], [detail["code"] for detail in error["details"]]) == (
        "BadRequest",
        ["InvalidQuery", "ParserFailure"],
    )


def test_the_sixteenth_query_in_five_seconds_is_refused_and_later_ones_are_answered(ask, control):
    control.settings(rateLimitFactor=1)
    answers = [ask.whole(IMAGES) for _ in range(15)]
    assert [answer.headers["x-ms-user-quota-remaining"] for answer in answers] == [
        str(left) for left in range(14, -1, -1)
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert "Retry-After" not in answers[-1].headers
    refused = ask.whole(IMAGES)
    assert refused.status_code == 429
    assert _error(refused) == {"code": "RateLimiting", "details": [errors.TOO_MANY_QUERIES]}
    assert (refused.headers["Retry-After"], refused.headers["x-ms-user-quota-resets-after"]) == ("1", "00:00:01")
    control.advance(5)
    assert ask.whole(IMAGES).headers["x-ms-user-quota-remaining"] == "14"


def test_the_quota_resets_after_what_is_left_of_the_window(ask, control):
    control.settings(rateLimitFactor=1)
    control.set_speed(1)
    assert ask.whole(IMAGES).headers["x-ms-user-quota-resets-after"] == "00:00:05"


def test_each_principal_has_a_quota_of_its_own(ask, arm, control):
    control.settings(rateLimitFactor=1)
    for _ in range(16):
        ask.whole(IMAGES)
    arm.session.headers["Authorization"] = f"Bearer {unsigned_token({'oid': 'somebody-else'})}"
    assert ask.whole(IMAGES).status_code == 200


def test_a_query_is_a_call_and_not_a_write(ask, control):
    ask(IMAGES)
    state = control.state()
    assert (state["calls"], state["writes"]) == (1, 0)


def test_a_delayed_graph_shows_a_new_image_only_later(ask, emulator, control):
    control.settings(resourceGraphDelaySeconds=60)
    assert names(ask(IMAGES)) == ALL_IMAGES
    seed_image(emulator, "new")
    control.advance(59)
    assert names(ask(IMAGES)) == ALL_IMAGES
    control.advance(1)
    assert "new" in names(ask(IMAGES))


def test_a_delayed_graph_still_shows_what_is_gone_and_tags_that_were_changed(ask, arm, control):
    tagged = IMAGES.replace("project", "where tags.late == 'yes' | project")
    control.settings(resourceGraphDelaySeconds=300)
    assert arm("PATCH", image_id("ubuntu-web"), {"tags": {"late": "yes"}}).status_code == 200
    control.delete_resource(image_id("debian-legacy"))
    control.advance(200)
    assert (names(ask(IMAGES)), ask(tagged)) == (ALL_IMAGES, [])
    control.advance(100)
    assert (names(ask(IMAGES)), names(ask(tagged))) == (ALL_IMAGES[1:], ["ubuntu-web"])


def test_a_delay_counts_from_when_an_operation_ended_not_from_when_somebody_looked(ask, arm, control):
    control.settings(resourceGraphDelaySeconds=100)
    assert arm("DELETE", image_id("debian-legacy")).status_code == 202
    control.advance(31 + 100)
    assert names(ask(IMAGES)) == ALL_IMAGES[1:]


def test_without_a_delay_the_graph_is_up_to_date_again(ask, emulator, control):
    control.settings(resourceGraphDelaySeconds=60)
    seed_image(emulator, "new")
    control.settings(resourceGraphDelaySeconds=0)
    assert "new" in names(ask(IMAGES))
