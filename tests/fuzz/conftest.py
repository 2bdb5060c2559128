"""The app in this process on an emulated Azure, for a whole file: what is done to it is undone."""

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.fuzz.estate import an_estate

# The examples are derived from the test alone: a failure on one machine is a failure on all.
hypothesis_settings.register_profile(
    "fuzz",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def estate():
    with an_estate() as estate:
        yield estate
