"""Every setting in the code is one that a deployment and a laptop can set, and there is no other."""

from migration.settings import Settings
from tests.infra.templates import PARAMETERS, SAMPLE, setting_names, template

IN_CODE = {f"MIGRATION_{name.upper()}" for name in Settings.model_fields}
SECRET = {
    f"MIGRATION_{name.upper()}" for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
}


def test_a_deployment_sets_exactly_the_settings_of_the_code():
    variables = template("main.bicep")["variables"]
    by_template = setting_names([variables["secretSettings"], variables["cloudSettings"]])
    by_azd = set(PARAMETERS["migrationSettings"]["value"])
    assert by_azd & by_template == set()
    assert by_azd | by_template == IN_CODE
    assert setting_names(template("app.bicep")) | setting_names(template("main.bicep")) <= IN_CODE


def test_each_setting_is_given_by_the_azd_variable_of_its_name():
    assert PARAMETERS["migrationSettings"]["value"] == {
        name: f"${{{name}=}}" for name in PARAMETERS["migrationSettings"]["value"]
    }


def test_secrets_reach_the_app_by_reference_only():
    given = template("main.bicep")["variables"]["secretSettings"]["value"]
    assert set(given) == SECRET
    assert all("@Microsoft.KeyVault(SecretUri=" in str(value) for value in given.values())


def test_the_sample_has_every_setting_and_no_value_of_its_own():
    assert {name for name in SAMPLE if name.startswith("MIGRATION_")} == IN_CODE
    assert {SAMPLE[name] for name in IN_CODE} == {""}
