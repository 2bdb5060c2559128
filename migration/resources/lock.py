"""A management lock, and what it holds."""

from migration.values.value import Value


class Lock(Value):
    """A management lock; `scope` is the id of what it was put on, and it holds everything below that too; "" is all."""

    name: str
    level: str
    scope: str = ""

    @property
    def is_read_only(self) -> bool:
        return self.level.lower() == "readonly"

    def covers(self, resource_id: str) -> bool:
        return f"{resource_id.casefold()}/".startswith(f"{self.scope.casefold()}/")
