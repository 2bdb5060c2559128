"""Version numbers: three 32-bit integers, ordered numerically."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.values.azure_rules import LARGEST_VERSION_PART as LARGEST_PART
from migration.values.image_version.number import VersionInvalidError, VersionNumber, next_version

PARTS = st.integers(0, LARGEST_PART)
NUMBERS = st.builds(VersionNumber, PARTS, PARTS, PARTS)
LAST = VersionNumber(LARGEST_PART, LARGEST_PART, LARGEST_PART)


@given(NUMBERS)
def test_what_is_written_is_read_back(number: VersionNumber):
    assert VersionNumber.parse(str(number)) == number


NO_VERSIONS = """
1  1.0  1.0.0.0  v1.0.0  1.0.-1  1.0.x  1..0  1.0.0-beta  1,0,0  latest  1.0.1٣
1.0.2147483648  2147483648.0.0  1.0.99999999999
"""


@pytest.mark.parametrize("text", ["", "1.0.0 1", *NO_VERSIONS.split()])
def test_what_is_no_version_is_refused(text: str):
    with pytest.raises(VersionInvalidError, match="is not a version"):
        VersionNumber.parse(text)


@pytest.mark.parametrize("text", ["2024.02.09", "2024.2.009", "02024.0002.0000000000009"])
def test_leading_zeros_make_no_other_number(text: str):
    assert VersionNumber.parse(text) == (2024, 2, 9)


def test_the_largest_32_bit_number_is_a_part():
    assert VersionNumber.parse(str(LAST)) == LAST


@pytest.mark.parametrize(
    ("existing", "following"),
    [
        ([], "1.0.0"),
        (["0.0.0"], "0.0.1"),
        (["1.0.9", "1.0.10"], "1.0.11"),
        (["10.0.0", "9.9.9", "2.0.0"], "10.0.1"),
        (["2.0.0", "1.99.99"], "2.0.1"),
        ([f"1.0.{LARGEST_PART}"], "1.1.0"),
        ([f"1.{LARGEST_PART}.{LARGEST_PART}"], "2.0.0"),
        (["someone-elses", "1.0.0", "2.0", "v3.0.0"], "1.0.1"),
        (["2022.06.08", "2023.02.09"], "2023.2.10"),
        (["1.0.0", "03.0.0"], "3.0.1"),
        (["2024.09.9", "2024.10.01", "2024.010.00"], "2024.10.2"),
        (["9999999999.0.0", "1.0.0"], "1.0.1"),
    ],
)
def test_the_next_version_follows_the_numerically_highest(existing: list[str], following: str):
    assert next_version(existing) == following


@given(st.lists(NUMBERS, max_size=20))
def test_the_next_version_is_valid_and_higher_than_all(existing: list[VersionNumber]):
    if LAST in existing:
        return
    following = VersionNumber.parse(next_version(map(str, existing)))
    assert all(following > number for number in existing)


def test_after_the_last_number_there_is_none():
    with pytest.raises(VersionInvalidError, match="no version number comes after"):
        next_version([str(LAST)])
