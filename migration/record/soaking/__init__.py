"""What happens to a run between two questions. Not what a soak is (`migration/approval/soak.py`)."""
