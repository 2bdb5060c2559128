"""A text that is cut ends between words, and says that it was."""

from migration.values.shortening import short


def test_a_reason_is_not_cut_inside_a_word():
    """It ended in "vi [cut]", on the page, in the mail and in the API."""
    ids = ", ".join(f"virtual machine /subscriptions/s/web-{number}" for number in range(50))
    assert short(ids, 200).removesuffix(" [cut]").rpartition(" ")[2] in {"virtual", "machine", *ids.split()}


def test_one_long_word_is_cut_all_the_same():
    assert short("x" * 300, 200) == f"{'x' * 150} [cut]"
    assert short("short", 200) == "short"
