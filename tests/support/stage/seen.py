"""What is seen of the migrations of one image on stage: its record, its orchestrations, and who was told."""

from dev.host.stage import Stage, StageInstance
from migration.values.ids import instance_id_for, teller_of
from migration.values.occasion import Occasion
from migration.values.outcome import Outcome, Phase
from tests.support.fakes.fake_records import OfARecord
from tests.support.samples import SOURCE
from tests.support.stage.real_steps import Post


class Seen(OfARecord):
    """All that a test looks at; nothing here moves time or changes anything."""

    id = instance_id_for(SOURCE)
    stage: Stage
    post: Post

    @property
    def phase(self) -> Phase:
        return self.run.phase

    @property
    def instance(self) -> StageInstance:
        return self.stage.instance(self.id)

    @property
    def teller(self) -> StageInstance:
        return self.stage.instance(teller_of(self.id))

    @property
    def ended(self) -> Outcome:
        assert self.run.outcome is not None, f"no outcome yet: {self.run}"
        return self.run.outcome

    @property
    def outcome(self) -> tuple[str, str]:
        return self.ended.kind.value, self.ended.code

    @property
    def audited(self) -> list[str]:
        return [entry.event for entry in self.run.audit]

    def called(self, name: str) -> int:
        return sum(1 for activity, _ in self.stage.calls if activity == name)

    def notified(self, occasion: str) -> int:
        return self.post.sent.count(Occasion(occasion))
