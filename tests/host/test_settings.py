"""host.json and local.settings.json, and the process an app finds itself in."""

from datetime import timedelta
from pathlib import Path

import pytest

from dev.host import Limits, running_host
from dev.host.settings import HostSettingsError, parse_time_span, read_settings
from tests.host.client import APPS, Client


@pytest.fixture(scope="module")
def app():
    with running_host(APPS / "settings", environment={"FROM_BOTH": "caller"}) as host:
        yield Client(host)


def test_settings_come_from_the_file_and_the_caller_wins(app):
    assert app.get("/setting/FROM_FILE").text == "file"
    assert app.get("/setting/FROM_BOTH").text == "caller"
    assert app.get("/setting/WEBSITE_HOSTNAME").text == app.host.url.removeprefix("http://")
    assert app.get("/setting/NOWHERE").text == "unset"


def test_the_hub_name_may_be_an_app_setting(app):
    assert app.get("/hub").text == "HubFromSettings"


def test_an_app_runs_in_its_own_folder_and_sees_nothing_of_the_host(app):
    seen = app.get("/process").json()
    assert seen["cwd"] == str(APPS / "settings")
    assert seen["neighbour"] == "neighbour"
    assert str(Path.cwd()) not in seen["path"]
    assert app.get("/setting/PYTHONPATH").text in ("", "unset")


def test_an_app_sees_nothing_of_another_that_runs_beside_it(app):
    with running_host(APPS / "settings", environment={"TZ": "Asia/Tokyo"}) as host:
        other = Client(host)
        assert other.get("/setting/FROM_BOTH").text == "file"
        assert other.get("/setting/TZ").text == "Asia/Tokyo"
        ours, theirs = app.get("/process").json(), other.get("/process").json()
        assert ours.pop("pid") != theirs.pop("pid")
        assert ours == theirs
    assert app.get("/setting/FROM_BOTH").text == "caller"
    assert app.get("/setting/TZ").text == "unset"


def test_activities_at_once_are_limited_by_host_json(app):
    assert app.run("most_at_once", 12)["output"] == 3


def test_defaults_are_the_platforms(tmp_path):
    settings = read_settings(tmp_path, {})
    assert (settings.route_prefix, settings.hub_name) == ("api", "TestHubName")
    assert settings.function_timeout == timedelta(minutes=30)


def test_a_timeout_can_be_switched_off(tmp_path):
    (tmp_path / "host.json").write_text('{"functionTimeout": "-1"}')
    assert read_settings(tmp_path, {}).function_timeout is None


def test_host_json_can_be_overridden_by_app_settings_in_any_case(tmp_path):
    (tmp_path / "host.json").write_text('{"extensions": {"durableTask": {"hubName": "Written"}}}')
    given = {
        "azurefunctionsjobhost__Extensions__DURABLETASK__hubname": "Overridden",
        "AzureFunctionsJobHost__extensions__durableTask__maxGrpcMessageSizeInBytes": "1024",
        "AzureFunctionsJobHost__functionTimeout": "00:00:07",
    }
    settings = read_settings(tmp_path, given)
    assert (settings.hub_name, settings.function_timeout) == ("Overridden", timedelta(seconds=7))
    assert settings.within(Limits()).message_bytes == 1024
    assert read_settings(tmp_path, {}).within(Limits()).message_bytes == 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("host.json", "{"),
        ("host.json", "[]"),
        ("host.json", '{"functionTimeout": "soon"}'),
        ("host.json", '{"extensions": {"durableTask": {"hubName": "%NOT_SET_ANYWHERE%"}}}'),
        ("local.settings.json", '{"IsEncrypted": true}'),
    ],
)
def test_unusable_settings_are_refused(tmp_path, file, content):
    (tmp_path / file).write_text(content)
    with pytest.raises(HostSettingsError):
        read_settings(tmp_path, {})


def test_time_spans_are_read_as_in_dotnet():
    assert parse_time_span("1.02:03:04.5") == timedelta(days=1, hours=2, minutes=3, seconds=4.5)
    assert parse_time_span("00:10") == timedelta(minutes=10)
