"""What is mutated: the modules that decide about approval, promise, delete and order."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SUBJECTS = (
    "migration/approval/admission.py",
    "migration/approval/approval.py",
    "migration/approval/soak.py",
    "migration/promise/checks.py",
    "migration/promise/evidence.py",
    "migration/promise/rules.py",
    "migration/promise/users.py",
    "migration/users/kinds.py",
    "migration/users/own_disk.py",
    "migration/record/admitting.py",
    "migration/record/asked.py",
    "migration/record/asking.py",
    "migration/record/closing.py",
    "migration/record/deletion.py",
    "migration/record/question.py",
    "migration/record/run.py",
    "migration/record/soaking/moves.py",
    "migration/course/wishes.py",
    "migration/plan/destination/latest.py",
    "migration/resources/copy_identity.py",
    "steering/runs/deciding.py",
    "steering/runs/cancelling.py",
    "activities/admitting.py",
    "activities/delete_source_image.py",
    "activities/confirm_delete.py",
    "activities/promote_image_version.py",
    "activities/open_question.py",
    "orchestrators/phases.py",
    "orchestrators/calling.py",
)
DECIDING = ("activities", "approval", "course", "plan", "promise", "record", "resources", "steering", "users")
TESTS = (*(f"tests/unit/{folder}" for folder in DECIDING), "tests/workflows")
