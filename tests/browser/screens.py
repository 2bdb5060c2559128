"""The screens on which pages are looked at, and what the rules of axe find there."""

SIZES = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 360, "height": 740},
    "small": {"width": 320, "height": 568},
}
SCHEMES = ("light", "dark")


def violations(page):
    found = page.evaluate("axe.run()")["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
