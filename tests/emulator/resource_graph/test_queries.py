"""What queries find: those that the app sends, every operator and function, and the order and columns of rows."""

import pytest

from arm.surveys import resource_graph
from dev.emulator.seed import IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION, SUBSCRIPTION_ID
from tests.support.documents import image_id, seed_image

TAGGED = (
    "resources | where type =~ 'microsoft.compute/images' | where isnotempty(tags['migrate-to-gallery']) "
    "| project id, location, tags, properties, subscriptionId | order by id asc"
)
WHO_NAMES_AN_IMAGE = (
    "resources | where type !~ 'microsoft.compute/images' "
    "| where tostring(properties) contains '/providers/microsoft.compute/images/' "
    "| project id, type, properties, subscriptionId | order by id asc"
)


@pytest.fixture
def things(control):
    """Three things with values of every kind."""
    for name, properties in {
        "one": {"text": "Hello big-World", "number": 1, "flag": True, "list": [{"a": "x"}, {"a": "y"}]},
        "two": {"text": "hello", "number": 2, "flag": False, "inner": {"deep": {"er": "found"}}},
        "three": {},
    }.items():
        place = f"{SHOP_GROUP}/providers/Contoso.Shop/things/{name}"
        control.put_resource({"id": place, "location": "West Europe", "properties": properties})
    return "type == 'contoso.shop/things' and "


def test_every_query_that_the_app_sends_is_answered(ask):
    begins = ("resources\n", "{table}\n")
    sent = [text for text in vars(resource_graph).values() if isinstance(text, str) and text.startswith(begins)]
    assert len(sent) == 4
    for query in sent:
        for table in resource_graph._TABLES:
            asked = query.format(key="migrate-to-gallery", table=table, types="'microsoft.devtestlab/labs'")
            assert isinstance(ask(asked), list)


def test_tagged_images_are_found_with_what_the_app_needs(ask, emulator):
    tagged = seed_image(emulator, "b-tagged", tags={"migrate-to-gallery": "default"})
    seed_image(emulator, "c-empty", tags={"migrate-to-gallery": ""})
    seed_image(emulator, "d-other", tags={"Migrate-To-Gallery": "default"})
    seed_image(emulator, "a-tagged", tags={"migrate-to-gallery": "gallery/definition"})
    first, second = ask(TAGGED)
    assert (first["id"], second["id"]) == (image_id("a-tagged"), tagged)
    assert second == {
        "id": tagged,
        "location": "eastus2",
        "tags": {"migrate-to-gallery": "default"},
        "properties": emulator.control.resource(tagged)["properties"],
        "subscriptionId": SUBSCRIPTION_ID,
    }


def test_a_tag_in_any_case_is_found_in_the_text_of_all_tags(ask, emulator):
    seed_image(emulator, "shouting", tags={"MIGRATE-TO-GALLERY": "default"})
    assert ask.ids("""tostring(tags) contains '"migrate-to-gallery":'""") == ["shouting"]
    assert ask.ids("tags contains 'migrate-to-gallery'") == ["shouting"]
    assert ask.ids("isnotempty(tags['migrate-to-gallery'])") == []


def test_whoever_names_an_image_is_found_whatever_it_is(ask, control):
    image = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/ubuntu-web"
    for kind, properties in {
        "Microsoft.VirtualMachineImages/imageTemplates/template": {"source": {"imageId": image}},
        "Microsoft.DesktopVirtualization/hostPools/pool": {"vmTemplate": f'{{"customImageId":"{image.upper()}"}}'},
        "Microsoft.Resources/templateSpecs/spec/versions/1": {"mainTemplate": {"resources": [{"image": image}]}},
        "Microsoft.Batch/batchAccounts/account/pools/pool": {"deploymentConfiguration": {"imageReference": image}},
        "Microsoft.Compute/disks/unrelated": {"diskSizeGB": 30},
    }.items():
        control.put_resource({"id": f"{SHOP_GROUP}/providers/{kind}", "properties": properties})
    found = ask(WHO_NAMES_AN_IMAGE)
    assert [row["type"] for row in found] == [
        "microsoft.compute/galleries/images/versions",
        "microsoft.batch/batchaccounts/pools",
        "microsoft.compute/virtualmachinescalesets",
        "microsoft.desktopvirtualization/hostpools",
        "microsoft.resources/templatespecs/versions",
        "microsoft.virtualmachineimages/imagetemplates",
    ]
    assert found[-1]["properties"] == {"source": {"imageId": image}}


def test_an_image_named_outside_the_properties_is_found_there(ask, control):
    plan = {"name": "/subscriptions/s/providers/Microsoft.Compute/images/x"}
    control.put_resource({"id": f"{SHOP_GROUP}/providers/Contoso.Shop/things/sku", "sku": plan})
    assert ask.ids("tostring(sku) contains '/providers/microsoft.compute/images/'") == ["sku"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("name == 'one'", ["one"]),
        ("name == 'ONE'", []),
        ("name =~ 'ONE'", ["one"]),
        ("name != 'one'", ["three", "two"]),
        ("name !~ 'ONE'", ["three", "two"]),
        ("name in ('one', 'TWO')", ["one"]),
        ("name in~ ('one', 'TWO')", ["one", "two"]),
        ("name !in ('one', 'TWO')", ["three", "two"]),
        ("name !in~ ('one', 'TWO')", ["three"]),
        ("properties.text contains 'BIG'", ["one"]),
        ("properties.text contains_cs 'BIG'", []),
        ("properties.text !contains 'big'", ["three", "two"]),
        ("properties.text has 'world'", ["one"]),
        ("properties.text has 'BIG-world'", ["one"]),
        ("properties.text has 'worl'", []),
        ("properties.text !has 'world'", ["three", "two"]),
        ("properties.text startswith 'HELLO'", ["one", "two"]),
        ("properties.text endswith 'world'", ["one"]),
        ("properties.text !startswith 'hello'", ["three"]),
        ("properties.number == 1", ["one"]),
        ("properties.number == '1'", []),
        ("tostring(properties.number) == '1'", ["one"]),
        ("properties.flag == true", ["one"]),
        ("properties.flag != true", ["three", "two"]),
        ("tostring(properties.flag) == 'false'", ["two"]),
        ("properties.list[1].a == 'y'", ["one"]),
        ("properties['inner'].deep['er'] == \"found\"", ["two"]),
        ("properties.text.nothing.more == 'x'", []),
        ("isnotempty(properties.inner)", ["two"]),
        ("isempty(properties.text)", ["three"]),
        ("isnull(properties.number)", ["three"]),
        ("isnotnull(properties.number)", ["one", "two"]),
        ("tolower(properties.text) == 'hello'", ["two"]),
        ("toupper(name) == 'TWO'", ["two"]),
        ("not(name == 'one')", ["three", "two"]),
        ("(name == 'one' or name == 'two') and properties.number == 2", ["two"]),
        ("(name == 'one' or name == 'two' and properties.number == 1)", ["one"]),
        ('tostring(properties.list) == \'[{"a":"x"},{"a":"y"}]\'', ["one"]),
        ("name == @'one'", ["one"]),
        ("properties.text == 'Hello big-World' // the end", ["one"]),
    ],
)
def test_a_condition_selects(ask, things, condition, found):
    assert ask.ids(things + condition) == found


def test_nothing_is_known_of_two_values_that_are_missing(ask, things):
    """So the one is not equal to the other, and not unequal either."""
    query = f"resources | where {things} true | extend gone = isnull(properties.no) | where gone == true | count"
    assert ask(query) == [{"Count": 3}]
    assert ask.ids(things + "tostring(properties.no) == ''") == ["one", "three", "two"]


def test_rows_have_every_column_of_the_table_unless_told_otherwise(ask, control):
    place = f"{SHOP_GROUP.replace('shop', 'Shop')}/providers/Contoso.Shop/things/Web"
    control.put_resource({"id": place, "location": "West Europe", "kind": "k", "sku": {"name": "s"}, "zones": ["1"]})
    [row] = ask("Resources | where name == 'Web'")
    assert row == {
        "id": place,
        "name": "Web",
        "type": "contoso.shop/things",
        "tenantId": row["tenantId"],
        "kind": "k",
        "location": "westeurope",
        "resourceGroup": "shop",
        "subscriptionId": SUBSCRIPTION_ID,
        "managedBy": "",
        "sku": {"name": "s"},
        "plan": None,
        "properties": {},
        "tags": None,
        "identity": None,
        "zones": ["1"],
        "extendedLocation": None,
    }


def test_columns_are_renamed_computed_and_named_after_their_paths(ask, things):
    query = (
        f"where {things} name == 'two' | extend short = tolower(name), number = properties.number "
        "| project short, number, deep = properties.inner.deep, properties.inner.deep.er, tags"
    )
    assert ask(query) == [
        {"short": "two", "number": 2, "deep": {"er": "found"}, "properties_inner_deep_er": "found", "tags": None}
    ]


def test_rows_are_ordered_limited_and_counted(ask, things):
    query = f"resources | where {things} true | project name, n = tostring(properties.number)"
    names = [row["name"] for row in ask(f"{query} | order by n, name asc")]
    assert names == ["two", "one", "three"]
    assert [row["name"] for row in ask(f"{query} | sort by name")] == ["two", "three", "one"]
    assert [row["name"] for row in ask(f"{query} | order by name asc | take 1")] == ["one"]
    assert ask(f"{query} | limit 2 | count") == [{"Count": 2}]


def test_what_is_neither_tracked_nor_a_resource_has_no_row(ask, arm):
    lock = f"{IMAGES_GROUP}/providers/Microsoft.Authorization/locks/keep"
    assert arm("PUT", lock, {"properties": {"level": "CanNotDelete"}}).status_code == 201
    assert ask.ids("type contains 'microsoft.resources/' or type contains 'locks'") == []
    assert ask(f"where id =~ '{SUBSCRIPTION}' | count") == [{"Count": 0}]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("resources | join kind=inner (resources) on id", "the operator 'join' is not supported"),
        ("resources | summarize count() by type", "the operator 'summarize' is not supported"),
        ("resources | mv-expand tags", "the operator 'mv-expand' is not supported"),
        ("resources | project-away tags", "the operator 'project-away' is not supported"),
        ("resources | Where true", "the operator 'Where' is not supported"),
        ("resources | where bag_keys(tags) == 1", "the function 'bag_keys()' is not supported"),
        ("resources | where name matches regex 'x'", "a condition is string, not bool"),
        ("resources | where name has_any ('x')", "a condition is string, not bool"),
        ("resourcecontainers | count", "the table 'resourcecontainers' is not supported"),
        ("securityresources", "the table 'securityresources' is not supported"),
        ("let x = 1; resources", "the table 'let' is not supported"),
        ("resources | where nothing == 'x'", "there is no column 'nothing'"),
        ("resources | project id | where name == 'x'", "there is no column 'name'"),
        ("resources | where name == 1", "'==' cannot compare string with long"),
        ("resources | where tags == properties", "'==' cannot compare dynamic with dynamic"),
        ("resources | where properties.flag", "a condition is dynamic, not bool"),
        ("resources | where name.first == 'x'", "what '.' looks into is string, not dynamic"),
        ("resources | where name == 'x", "a value is expected, not '''"),
        ("resources | where name == ", "a value is expected, not 'the end'"),
        ("resources | where name == 'x' and", "a value is expected, not 'the end'"),
        ("resources | where (name == 'x'", "')' is expected, not 'the end'"),
        ("resources | where name == 'a\\q'", "the escape '\\q' is not supported"),
        ("resources | where name > 'a'", "a condition is string, not bool"),
        ("resources | order by tags", "rows cannot be ordered by dynamic, only by string: tostring() makes one"),
        ("resources | project tolower(name)", "what is computed here needs a name: name = …"),
        ("resources | project name, name", "there are two columns 'name'"),
        ("resources | limit all", "a number of rows is expected, not 'all'"),
        ("resources |", "an operator is expected, not 'the end'"),
        ("resources where true", "'|' or the end is expected, not 'where'"),
        ("", "the table '' is not supported"),
        ("resources | where " + "(" * 100 + "true" + ")" * 100, "more than 60 expressions are nested"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(ask, query, reason):
    assert ask.reason(query).partition(" (line")[0] == reason


def test_a_refusal_says_where_the_query_goes_wrong(ask):
    response = ask.whole("resources\n| where true\n| summarize count()")
    assert response.json()["error"]["details"] == [
        {
            "code": "InvalidQuery",
            "message": "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and "
            "fix the error before retrying.",
        },
        {
            "code": "ParserFailure",
            "message": "the operator 'summarize' is not supported (line 3, character 2)",
            "line": 3,
            "characterPositionInLine": 2,
            "token": "summarize",
        },
    ]
