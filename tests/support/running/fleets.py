"""Fleets of a running app whose images ask: rows as the app writes them, put beside migrations that were started."""

import json
from datetime import UTC, datetime, timedelta

from migration.approval.link import digest_of, new_token
from migration.fleet.fleet import Fleet, FleetApproval, FleetTerms
from migration.fleet.member import Member, MemberStage
from migration.fleet.told import FleetLink
from migration.telling.receivers import Address
from migration.values.value import FORMAT
from records.chunks import as_json, split
from records.fleets import told
from tests.support.running.mailboxes import ADA
from tests.support.samples import make_request
from tests.support.waiting import eventually

PARTITION = "fleet"


class FleetOfSite:
    """A fleet of these migrations, and the links that Ada and the team were sent."""

    def __init__(self, site, migrations, number=1, name="web servers", approval=FleetApproval.FLEET):
        self.site, self.migrations, self.id = site, migrations, f"fleet-{number:032x}"
        now = datetime.now(UTC)
        terms = FleetTerms(approval=approval)
        self.fleet = Fleet(
            id=self.id, name=name, terms=terms, size=len(migrations), requested_by="Eve", created_at=now, at=now
        )
        rows = [self._row(PARTITION, self.id, self.fleet)]
        for at, migration in enumerate(migrations, 1):
            request = make_request(sourceImageId=migration["sourceImageId"])
            member = Member(request=request, number=at, stage=MemberStage.STARTED, run=migration["run"])
            rows.append(self._row(f"{PARTITION}~{self.id}", f"{at:06d}", member) | {"stage": "started"})
            self._is_of_it(migration)
        site.azure.put_rows(rows)

    def _is_of_it(self, migration):
        """Have a run and its row of the list be of this fleet, as those are that it starts."""
        run = self.site.azure.record(migration["id"])["run"]
        self.site.azure.change_record(migration["id"], run=run | {"start": run["start"] | {"fleet": self.id}})
        (row,) = [row for row in self.site.azure.rows("list") if row["id"] == migration["id"]]
        status = json.dumps(json.loads(row["status"]) | {"fleet": self.id})
        known = {name: value for name, value in row.items() if name not in {"odata.etag", "Timestamp"}}
        self.site.azure.put_rows([known | {"fleet": self.id, "status": status}])

    def link(self, address=None, covers=None):
        """Have a link been sent: to Ada, unless another address is named."""
        receiver = Address.parse(address or f"{ADA}={self.site.ada.address}")
        token = new_token()
        until = covers or datetime.now(UTC) + timedelta(minutes=1)
        link = FleetLink(token=digest_of(token), receiver=receiver.receiver, name=receiver.name, covers=until)
        self.site.azure.put_rows([self._row(f"{told.LINKS}~{self.id}", link.token, link)])
        return f"{self.site.app.host.url}/api/fleet-approvals/{self.id}?token={token}"

    @property
    def team_link(self):
        return self.link(f"{self.site.team.address}?format=markdown")

    def _row(self, partition, key, document):
        return {"PartitionKey": partition, "RowKey": key, "format": FORMAT, **split(as_json(document.dump()))}

    def ask_anew(self, number):
        """Have an image asked about anew, and wait until it is: nobody is told of it by itself."""
        migration = self.migrations[number - 1]
        before = self._question(migration)["id"]
        assert self.site.app.call("POST", migration["links"]["askAgain"]).status_code == 202
        eventually(lambda: (now := self._question(migration))["id"] != before and now["stage"] == "open", 30)

    def _question(self, migration):
        return self.site.azure.record(migration["id"])["run"]["question"]

    def approval(self, number=1):
        """The decision that counted for an image."""
        return self.site.app.migration(self.migrations[number - 1]["id"])["approval"]


def asking_fleet(site, size=3, number=1, **more):
    """A fleet whose images all ask."""
    return FleetOfSite(site, [site.waiting() for _ in range(size)], number, **more)
