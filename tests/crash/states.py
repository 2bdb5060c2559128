"""How Azure is about one image, told so that two images that went the same way compare equal."""

import json
import re

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(\+00:00|Z)?")
_HEX = re.compile(r"\b[0-9a-f]{8}(-?[0-9a-f]{4,12}){1,8}\b|\b[0-9a-f]{10,64}\b")
_SYSTEM = {"systemData"}


def state(azure, name):
    """Everything that bears the image's name, without times, ids and the name itself."""
    found = {key: one for key, one in azure.items() if name in key}
    shown = {key: {part: value for part, value in one.items() if part not in _SYSTEM} for key, one in found.items()}
    text = json.dumps(shown, sort_keys=True).replace(name, "IMAGE")
    return json.loads(_HEX.sub("ID", _TIME.sub("TIME", text)))


def difference(one, other):
    """Where two states differ, by path, the first few."""
    return "; ".join(_differing(one, other, ""))[:600]


def _differing(one, other, path):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from _differing(one.get(key), other.get(key), f"{path}/{key.rpartition('/')[2]}")
    elif one != other:
        yield f"{path}: {json.dumps(one)[:120]} and {json.dumps(other)[:120]}"
