"""Who decided, how far that is known and what they said is told from the record, whatever a forged state says."""

from tests.e2e.test_ended_from_outside import durable


def forged_again(app, migration, audit):
    """The audit of a migration that has ended and was started again, by somebody else, with another one."""
    forged = app.state(migration["id"]) | {"audit": audit, "phase": "Planning"}
    forged["start"] |= {"request": None, "problems": [{"field": "x", "code": "x", "message": "x"}]}
    assert durable(app, f"orchestrators/migrate_image/{migration['id']}", forged).status_code == 202
    app.ended(migration["id"])
    return app.call("GET", migration["links"]["audit"]).json()["entries"]


def rejected(app, waiting):
    assert app.decide(waiting, decision="reject", approver="Ada", comment="keep it").status_code == 202
    app.ended(waiting["id"])
    audit = app.call("GET", waiting["links"]["audit"]).json()["entries"]
    return next(entry for entry in audit if entry["event"] == "rejected")


def test_a_forged_state_does_not_change_what_somebody_said_or_how_far_they_are_known(app, azure, waiting):
    decision = rejected(app, waiting)
    lie = decision | {"detail": "delete it", "identity": "verified", "via": "page", "checks": ["it was tested"]}
    shown = [one for one in forged_again(app, waiting, [lie]) if one["event"] == "rejected"]
    assert [one | {"checks": []} for one in shown] == [decision | {"checks": []}]
    assert "it was tested" not in str(shown)


def test_a_forged_state_does_not_hide_a_decision_behind_an_entry_of_its_time(app, azure, waiting):
    decision = rejected(app, waiting)
    other = {"at": decision["at"], "event": "asked (reminder)"}
    assert [one["by"] for one in forged_again(app, waiting, [other]) if one["event"] == "rejected"] == ["Ada"]
