"""What replicas keep and cost at most; nothing is made up where a size or a price is not known."""

import pytest

from migration.fleet.forecast.costs import gigabytes, monthly_cost
from migration.resources.image import DataDisk
from tests.support.samples import make_image, make_settings, targets

PRICES = make_settings(prices="Standard_LRS=0.05,Standard_ZRS=0.1,eastus=standard_lrs=0.2").prices


def image(os_disk=30, **changes):
    return make_image(os_disk_size_gb=os_disk, **changes)


def test_every_replica_keeps_all_disks_at_their_full_size():
    found = image(data_disks=[DataDisk(lun=0, size_gb=10)])
    assert gigabytes(found, targets("eastus", "westus2", replicas=3)) == {"eastus": 120, "westus2": 120}


def test_it_costs_what_each_region_costs():
    assert monthly_cost(image(), targets("eastus", "westus2", replicas=2), PRICES) == 30 * 2 * 0.2 + 30 * 2 * 0.05


@pytest.mark.parametrize("disks", [{"os_disk": None}, {"data_disks": [DataDisk(lun=0)]}])
def test_a_size_that_azure_does_not_tell_is_not_made_up(disks):
    assert gigabytes(image(**disks), targets("eastus")) is None
    assert monthly_cost(image(**disks), targets("eastus"), PRICES) is None


def test_a_price_that_nobody_has_said_is_not_made_up():
    premium = [targets("eastus")[0].changed(storage_account_type="Premium_LRS")]
    assert monthly_cost(image(), premium, PRICES) is None
    assert monthly_cost(image(), targets("eastus"), []) is None


@pytest.mark.parametrize(
    "prices",
    [
        *("Standard_LRS", "eastus=Standard_LRS", "tape=1", "Standard_LRS=-1", "Standard_LRS=nan", "prefer-zrs=1"),
        *("Standard_LRS=1,standard_lrs=2", "a=b=Standard_LRS=1"),
    ],
)
def test_what_is_no_price_is_refused(prices):
    with pytest.raises(ValueError, match=r"price|none of|number|less than|prefer-zrs"):
        make_settings(prices=prices)
