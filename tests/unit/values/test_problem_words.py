"""What is wrong with a value is said to whoever wrote a tag, not to a reader of the schema."""

import pytest

from migration.asking.tags import request_from_tags
from migration.values.problems import RequestInvalidError
from tests.support.samples import SOURCE

KEY = "migrate-to-gallery"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("regions=westus2=200", "'200' is more than 100"),
        ("regions=westus2=0", "'0' is less than 1"),
        (
            "regions=westus2=1=Fast_LRS",
            "'Fast_LRS' is none of 'prefer-zrs', 'Standard_LRS', 'Standard_ZRS' or 'Premium_LRS'",
        ),
        ("protect=perhaps", "'perhaps' is neither true nor false"),
    ],
)
def test_a_wrong_option_of_a_tag_is_told_in_words(options: str, said: str):
    """It said "Input should be less than or equal to 100"."""
    with pytest.raises(RequestInvalidError) as found:
        request_from_tags(SOURCE, {KEY: "default", f"{KEY}-options": options}, KEY)
    assert [problem.message for problem in found.value.problems] == [said]
