"""Resource ids taken apart: `/subscriptions/S/resourceGroups/G/providers/NS/type/name/child/name` and below."""

from dataclasses import dataclass

SUBSCRIPTION_TYPE = "Microsoft.Resources/subscriptions"
RESOURCE_GROUP_TYPE = "Microsoft.Resources/resourceGroups"


@dataclass(frozen=True, slots=True)
class ResourceId:
    """`parent` is the id of the enclosing resource, of the extended one (locks), or of the group."""

    text: str
    type: str
    name: str
    parent: str

    @classmethod
    def parse(cls, text: str) -> "ResourceId":
        parts = text.split("/")[1:]
        if not text.startswith("/subscriptions/") and not text.lower().startswith("/subscriptions/"):
            raise ValueError(f"not a resource id: {text!r}")
        if "" in parts:
            raise ValueError(f"empty segment in resource id: {text!r}")
        namespace_at = _last_provider(parts)
        if namespace_at is None:
            return cls._plain(text, parts)
        pairs = parts[namespace_at + 2 :]
        if len(pairs) < 2 or len(pairs) % 2:
            raise ValueError(f"type and name must alternate in resource id: {text!r}")
        cut = namespace_at if len(pairs) == 2 else len(parts) - 2
        return cls(
            text=text,
            type="/".join([parts[namespace_at + 1], *pairs[::2]]),
            name=pairs[-1],
            parent="/" + "/".join(parts[:cut]),
        )

    @classmethod
    def _plain(cls, text: str, parts: list[str]) -> "ResourceId":
        if len(parts) == 2:
            return cls(text, SUBSCRIPTION_TYPE, parts[1], "")
        if len(parts) == 4 and parts[2].lower() == "resourcegroups":
            return cls(text, RESOURCE_GROUP_TYPE, parts[3], "/" + "/".join(parts[:2]))
        raise ValueError(f"not a resource id: {text!r}")

    @property
    def key(self) -> str:
        return self.text.lower()

    def ancestors(self) -> list[str]:
        """Every enclosing scope, nearest first: parents, resource group, subscription."""
        scopes = []
        parent = self.parent
        while parent:
            scopes.append(parent)
            parent = ResourceId.parse(parent).parent
        return scopes


def _last_provider(parts: list[str]) -> int | None:
    places = [at for at in range(0, len(parts), 2) if parts[at].lower() == "providers"]
    return places[-1] if places else None
