"""Four changes that somebody will make, made in a copy of the app as docs/architecture.md says, and what came of them.

Run in the copy, by tests/contract/test_common_changes.py; prints what was seen as JSON.
"""

import json
import os
from typing import Any

from activities import deliver_notifications
from notifying.sending import send


def main() -> None:
    from apprise.decorators import notify

    from migration.asking.reading import settings
    from migration.asking.settings import SettingsInvalidError
    from migration.promise.checks import promise_kept
    from tests.support.stage.play import on_stage

    heard: list[str] = []

    @notify(on="planted")
    def hear(body: str, title: str, *_: Any, **__: Any) -> bool:
        heard.append(title)
        return True

    with on_stage() as play:
        vars(deliver_notifications)["send"] = send  # in place of the play's own post
        play.configure(notify="planted://anybody", planted="PT1H")
        seconds = settings().planted.total_seconds()  # type: ignore[attr-defined]  # of the copy
        os.environ["MIGRATION_PLANTED"] = "soon"
        settings.cache_clear()
        try:
            settings()
            refused = ""
        except SettingsInvalidError as error:
            refused = str(error)
        play.configure(planted="PT1H")
        play.start().until("AwaitingApproval").approve().until("Done")
        seen = {
            "check": [*play.outcome, play.azure.asked["start_delete"], promise_kept()[-1]],
            "channel": heard[:1],
            "setting": [seconds, "MIGRATION_PLANTED" in refused],
            "activity": [play.called("plant_tree"), play.run.notes[:1]],
        }
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
