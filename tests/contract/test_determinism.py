"""Orchestrators, and the rules they call, do nothing that a replay would do differently."""

import ast

import pytest

from tests.contract.determinism import findings
from tests.support.source import ROOT, hold, python_files, tree_of

# One draws the random tokens of links, one reads the environment; orchestrators reach neither.
DRAWS_LOTS = ROOT / "migration" / "approval" / "link.py"
READS_THE_ENVIRONMENT = ROOT / "migration" / "asking" / "platform.py"
RULES = [path for path in python_files("migration") if path not in {DRAWS_LOTS, READS_THE_ENVIRONMENT}]

FORBIDDEN = [
    "import time",
    "import os",
    "import random",
    "from os import environ",
    "from asyncio import sleep",
    "import urllib.request",
    "import logging\ndef f():\n    logging.info('again')",
    "import logging\nLOG = logging.getLogger()\ndef f():\n    LOG.warning('again')",
    "from azure import identity",
    "from azure.mgmt.compute.aio import ComputeManagementClient",
    "def f():\n    import socket",
    "def f():\n    return datetime.now(UTC)",
    "def f():\n    return dt.datetime.utcnow()",
    "def f():\n    return date.today()",
    "def f():\n    return uuid.uuid4()",
    "def f():\n    return uuid4()",
    "def f():\n    return os.environ['A']",
    "def f():\n    return os.getenv('A')",
    "def f():\n    return open('file').read()",
    "def f():\n    print('here')",
    "COUNT = 0\ndef f():\n    global COUNT\n    COUNT += 1",
    "SEEN = []\ndef f(x):\n    SEEN.append(x)",
    "SEEN = {}\ndef f(x):\n    SEEN[x] = 1",
    "SEEN: dict = {}\ndef f(x):\n    SEEN.setdefault(x, []).append(1)",
    "SEEN = {}\ndef f(x):\n    del SEEN[x]",
    "import migration.names as names\ndef f():\n    names.EVENT = 'x'",
    "async def f():\n    pass",
    "def f():\n    try:\n        yield\n    except BaseException:\n        pass",
    "def f():\n    try:\n        yield\n    except:\n        pass",
    "def f():\n    for x in {1, 2}:\n        yield x",
    "def f(a):\n    for x in set(a):\n        yield x",
    "def f(a, b):\n    for x in set(a) - set(b):\n        yield x",
    "def f(a):\n    names = {x for x in a}\n    return [x for x in names]",
    "NAMES = {'a', 'b'}\ndef f():\n    return ', '.join(NAMES)",
    "def f(a):\n    return list(set(a))",
    "def f(a):\n    return [*{*a}]",
    "def f(a):\n    yield from {1, 2}",
]

ALLOWED = [
    "import logging\nLOG = logging.getLogger()\ndef f(ctx):\n    ctx.create_replay_safe_logger(LOG).info('once')",
    "def f(ctx):\n    log = ctx.create_replay_safe_logger(LOG)\n    log.info('once')",
    "import json, re, uuid\nfrom datetime import UTC, datetime, timedelta",
    "def f(ctx):\n    return ctx.current_utc_datetime + timedelta(days=1)",
    "def f(ctx):\n    return ctx.new_uuid()",
    "def f(text):\n    return datetime.fromisoformat(text)",
    "NAMES = {'a', 'b'}\ndef f(x):\n    return x in NAMES",
    "def f(a):\n    for x in sorted(set(a)):\n        yield x",
    "def f(a):\n    return sorted(x for x in {*a})",
    "SOME = {1, 2}\nALL = {3, *SOME}",
    "def f(a):\n    return all(x in a for x in {1, 2})",
    "def f(x):\n    seen = []\n    seen.append(x)\n    return seen",
    "STEPS = {'a': 1}\ndef f(x):\n    return STEPS[x]",
    "def f():\n    try:\n        yield\n    except ValueError:\n        pass",
]


def test_orchestrators_do_the_same_on_every_replay():
    hold(lambda path: findings(tree_of(path)), python_files("orchestrators"))


def test_rules_decide_the_same_on_every_replay():
    hold(lambda path: findings(tree_of(path)), RULES)


def test_what_is_let_off_reads_the_environment():
    found = [finding.partition(": ")[2] for finding in findings(tree_of(READS_THE_ENVIRONMENT))]
    assert found == ["imports os", "imports urllib.request", "reads os.environ"]


def test_what_is_let_off_draws_lots():
    assert findings(tree_of(DRAWS_LOTS)) == ["line 0: imports secrets"]


@pytest.mark.parametrize("code", FORBIDDEN)
def test_the_scan_finds_what_is_forbidden(code: str):
    assert len(findings(ast.parse(code))) == 1


@pytest.mark.parametrize("code", ALLOWED)
def test_the_scan_lets_pass_what_is_not(code: str):
    assert findings(ast.parse(code)) == []
