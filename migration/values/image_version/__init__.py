"""What describes an image version: its number, its target regions, its Marketplace plan. Nothing of what Azure has."""
