"""Every setting in the code is one that a deployment and a laptop can set, and there is no other."""

from migration.asking.settings import Settings
from tests.infra.azd import EVERYTHING, app_settings, provision
from tests.support.templates import PARAMETERS, SAMPLE, ours

IN_CODE = {f"MIGRATION_{name.upper()}" for name in Settings.model_fields}
SECRET = {
    f"MIGRATION_{name.upper()}" for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
}

FOR_DEVELOPMENT = {"MIGRATION_RECORDS"}  # in Azure the app's own storage account keeps them


def test_a_deployment_sets_exactly_the_settings_of_the_code():
    for variables in ({}, EVERYTHING):
        assert set(ours(app_settings(provision(variables)))) == IN_CODE - FOR_DEVELOPMENT


def test_every_setting_that_is_no_secret_is_an_azd_variable():
    assert set(PARAMETERS["migrationSettings"]["value"]) == IN_CODE - SECRET - FOR_DEVELOPMENT


def test_the_cloud_is_the_one_that_is_deployed_to_unless_another_is_chosen():
    assert app_settings(provision())["MIGRATION_CLOUD"] == "AzureCloud"
    chosen = app_settings(provision({"MIGRATION_CLOUD": "AzureChinaCloud"}))
    assert chosen["MIGRATION_CLOUD"] == "AzureChinaCloud"


def test_each_setting_is_given_by_the_azd_variable_of_its_name():
    assert PARAMETERS["migrationSettings"]["value"] == {
        name: f"${{{name}=}}" for name in PARAMETERS["migrationSettings"]["value"]
    }


def test_secrets_reach_the_app_by_reference_only():
    given = app_settings(provision(EVERYTHING))
    assert [name for name in SECRET if not given[name].startswith("@Microsoft.KeyVault(SecretUri=")] == []


def test_the_sample_has_every_setting_and_no_value_of_its_own():
    assert {name for name in SAMPLE if name.startswith("MIGRATION_")} == IN_CODE
    assert {SAMPLE[name] for name in IN_CODE} == {""}
