"""The operator's documents name what there is: every choice, code, phase, metric and host setting, and no other."""

import ast
import json
import re

import pytest

from dev.picture.codes import TABLES
from migration.asking.request import MigrationRequest
from migration.asking.settings import Settings
from migration.promise.users import UNSEEN
from migration.values.outcome import OutcomeKind, Phase
from telemetry import measuring
from tests.support.samples import SOURCE
from tests.support.source import python_files, tree_of
from tests.support.templates import HOST, INFRA, PARAMETERS, ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text()
WORKBOOK = json.loads((INFRA / "workbook.json").read_text())
CODED = {"Refusal", "Problem", "Outcome", "StepRefusedError", "_end", "problem", "ReplicationReport"}
CODING = ("activities", "arm", "hub", "migration", "orchestrators", "records", "steering")
ROWS = {code for rows in TABLES.values() for row in rows for code in row.codes}
TOLD_TO_NOBODY = {"Migrated", "NotInTheWay"}
FROM_AZURE = {
    *("AuthorizationFailed", "LinkedAuthorizationFailed", "RequestDisallowedByPolicy", "ScopeLocked"),
    *("InvalidParameter", "BadRequest", "LocationNotAvailableForResourceType", "PropertyChangeNotAllowed"),
    *("GallerySourceResourceExceedsMaxSize", "ReadOnlyDisabledSubscription"),
}


def section(text, heading):
    level = heading.partition(" ")[0]
    assert f"\n{heading}\n" in text, f"no heading {heading}"
    return re.split(rf"\n#{{1,{len(level)}}} ", text.partition(f"\n{heading}\n")[2])[0]


def first_cells(text):
    cells = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def codes_in_the_code():
    """Every word like `SourceLocked` that is given to something that carries a code."""
    found = set()
    for path in python_files(*CODING):
        for call in [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]:
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in CODED:
                values = [*call.args, *(one.value for one in call.keywords if "code" in (one.arg or ""))]
                found |= {one.value for one in values if isinstance(one, ast.Constant) and is_code(one.value)}
    return found


def is_code(value):
    return isinstance(value, str) and re.fullmatch(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*", value) is not None


def test_every_code_is_in_the_runbook():
    assert len(codes_in_the_code()) > 30
    assert codes_in_the_code() - set(ROWS) - TOLD_TO_NOBODY == set()


def test_every_code_in_the_runbook_exists():
    text = "".join(path.read_text() for path in python_files(*CODING, "triggers") if path.parent.name != "runbook")
    assert [code for code in ROWS if f'"{code}"' not in text and code not in FROM_AZURE] == []


def test_phases_and_outcomes_are_those_of_the_code():
    assert first_cells(section(OPERATIONS, "## Phases")) == {phase.value for phase in Phase}
    assert first_cells(section(OPERATIONS, "## Outcomes")) == {kind.value for kind in OutcomeKind}


def test_metrics_are_those_of_the_code():
    text = (ROOT / measuring.__file__).read_text()
    in_code = set(re.findall(r'"(image_migrations\.\w+)"', text))
    assert set(re.findall(r"^\| `(image_migrations\.\w+)` \|", OPERATIONS, re.MULTILINE)) == in_code


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def is_explained(path, value, rows):
    row = [line for line in rows if any(f"`{key}`" in line.split("|")[1] for key in path)]
    shown = row[0].split("|")[2] if row else ""
    return f"`{value}`" in shown or f"`{path[-1]}`" in shown


def test_every_value_of_host_json_has_its_reason():
    explained = section(ARCHITECTURE, "## Settings of the host, and why").splitlines()
    rows = [line for line in explained if line.startswith("|")]
    values = {path: value for path, value in leaves(HOST) if path != ("version",)}  # the format's own
    assert [".".join(path) for path, value in values.items() if not is_explained(path, value, rows)] == []


def test_every_choice_of_a_deployment_is_in_the_table_with_its_default():
    variables = dict(
        match
        for name, body in PARAMETERS.items()
        if name != "migrationSettings"
        for match in re.findall(r"\$\{(\w+)=(\w*)\}", body["value"])
    )
    rows = section(DEPLOYMENT, "## Choices")
    assert first_cells(rows) == set(variables)
    for name, default in variables.items():
        (row,) = [line for line in rows.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
        assert not default or f"`{default}`" in row.split("|")[2], name


def test_the_settings_that_azd_calls_otherwise_are_named():
    settings = {f"MIGRATION_{name.upper()}" for name in Settings.model_fields}
    otherwise = settings - set(PARAMETERS["migrationSettings"]["value"])
    told = section(DEPLOYMENT, "## Choices").partition("Three are not:")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(MIGRATION_\w+)`", told)) == otherwise


def test_every_template_is_in_the_table_of_what_is_made():
    named = set(re.findall(r"`(\w[\w-]*\.bicep)`", DEPLOYMENT))
    assert {path.name for path in INFRA.glob("*.bicep")} - {"main.bicep", "dead-letters.bicep"} <= named


def queries():
    return {item["content"]["title"]: item["content"]["query"] for item in WORKBOOK["items"] if item["type"] == 3}


def test_the_workbook_answers_the_five_questions_of_the_document():
    questions = re.findall(r"^\d\. (.+\?)$", section(OPERATIONS, "## Monitoring"), re.MULTILINE)
    assert questions == list(queries())
    assert len(questions) == 5


def test_the_workbook_asks_for_what_the_app_tells():
    from migration.course.phase_change import EVENT

    metrics = {metric for query in queries().values() for metric in re.findall(r"name == '([^']+)'", query)}
    assert metrics <= set(re.findall(r'"(image_migrations\.\w+)"', (ROOT / measuring.__file__).read_text()))
    lines = [query for query in queries().values() if query.startswith("traces")]
    assert all(f'"event": "{EVENT}"' in query for query in lines)
    told = {"event", "migration", "from", "to", "source", "version", "outcome", "code"}
    assert {field for query in lines for field in re.findall(r"\bline\.(\w+)", query)} <= told
    values = {value for query in lines for value in re.findall(r"'([A-Z]\w+)'", query)}
    assert values <= {phase.value for phase in Phase} | {kind.value for kind in OutcomeKind}


def test_users_of_batch_are_told_what_the_app_does_not_look_for_and_how_to_ask_for_their_regions():
    told = section(DEPLOYMENT, "### Batch pools")
    assert "Batch pools" in UNSEEN
    (option,) = re.findall(r"`(regions=[^`]+)`", told)
    request = MigrationRequest.parse({"sourceImageId": SOURCE, "targetRegions": option.partition("=")[2]})
    assert [(region.name, region.replica_count) for region in request.target_regions or []] == [
        ("westeurope", 2),
        ("northeurope", 2),
    ]


def test_users_of_national_clouds_are_told_settings_that_exist():
    told = section(DEPLOYMENT, "### National clouds")
    settings = set(re.findall(r"`(MIGRATION_\w+)`", told))
    assert settings
    assert settings <= {f"MIGRATION_{name.upper()}" for name in Settings.model_fields}
    (lagging,) = re.findall(r"as `(galleries=[^`]+)`", DEPLOYMENT)
    assert len(Settings(api_versions=lagging).api_versions) == 2
    clouds = re.findall(r"`(Azure\w+Cloud|AzureUSGovernment)`", section(DEPLOYMENT, "## Choices"))
    assert [Settings(cloud=cloud).cloud for cloud in clouds] == clouds


@pytest.mark.parametrize("heading", ["### National clouds", "### Batch pools"])
def test_every_fact_about_azure_has_its_source(heading):
    rows = [line for line in section(DEPLOYMENT, heading).splitlines() if line.startswith("| ")]
    assert "source, read 20" in rows[0]
    assert all(row.split("|")[2].strip() for row in rows)


# What only a document can do about a finding: its words are held here.
TOLD = {
    "a shell's variable does not count before the environment's": (
        DEPLOYMENT,
        "own environment does not name it takes from the shell",
    ),
    "a tag in another subscription is found without a topic there": (
        DEPLOYMENT,
        "is found by the sweep, within `MIGRATION_SWEEP`",
    ),
    "nobody gets a token before the Application ID URI is set": (DEPLOYMENT, "--identifier-uris api://APPLICATION_ID"),
    "a key is got by a command": (DEPLOYMENT, "az functionapp keys list"),
    "addresses in an environment are in clear text": (
        DEPLOYMENT,
        "leaves passwords in clear text in `.azure/NAME/.env`",
    ),
    "a deployment ends the steps that are under way": (OPERATIONS, "ends the instances of before at every deployment"),
    "five task hubs": (DEPLOYMENT, "how many task hubs a region of a subscription may have"),
    "a code upload that meets a new role": (DEPLOYMENT, "if it still ends with 403, `azd deploy`"),
    "both timers are counted": ((ROOT / "docs" / "cost.md").read_text(), "never switched off"),
    "an activity is two actions": ((ROOT / "docs" / "cost.md").read_text(), "two for an activity"),
    "the bundle is a released one": (
        (ROOT / "docs" / "decisions" / "0001-durable-functions-2.md").read_text(),
        "on the released extension bundle",
    ),
}


@pytest.mark.parametrize(("text", "words"), TOLD.values(), ids=TOLD)
def test_what_only_a_document_can_say_is_said(text, words):
    assert words in " ".join(text.split())


def test_addresses_are_given_by_reference_first():
    for name in ("README.md", "docs/deployment.md"):
        typed = [line for line in (ROOT / name).read_text().splitlines() if line.startswith("$ azd env set")]
        assert "$ azd env set-secret NOTIFY" in typed
        assert not [line for line in typed if "azd env set NOTIFY" in line or "azd env set ESCALATE" in line]


def test_the_lines_of_a_smoke_test_are_in_the_table_with_what_they_do_to_a_deployment():
    from infra.smoke import questions
    from infra.smoke.questions import OUTSIDE, PARTS

    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]]
        for row in section(DEPLOYMENT, "### Is it well?").splitlines()
        if row.startswith("|")
    ]
    told = {row[0]: row[2] for row in rows[2:]}
    text = (ROOT / questions.__file__).read_text()
    assert all(line in text for line in told)
    assert told.keys() >= set(PARTS.values())
    said = {line for line, meaning in told.items() if meaning.startswith("is said")}
    assert said == {*(PARTS[part] for part in OUTSIDE), "whoever is to be told is reached"}
