"""Finds what an orchestrator must not do, because it runs again from its start at every event."""

import ast
from collections.abc import Iterator
from typing import Any

from tests.support.source import dotted, imports_of

FORBIDDEN_MODULES = {
    *("aiohttp", "asyncio", "concurrent", "http", "httpx", "multiprocessing", "os", "pathlib", "random"),
    *(
        "requests",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "ssl",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "urllib",
    ),
    *("arm", "activities", "azure.identity", "azure.mgmt"),
}
# The end of a dotted call: `datetime.now()`, `dt.datetime.now()`, `uuid.uuid4()` and `uuid4()` alike.
FORBIDDEN_CALLS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "uuid1", "uuid4", "urandom", "getenv"),
    *("open", "input", "print", "exec", "eval", "globals", "sleep"),
}
FORBIDDEN_NAMES = {"os.environ"}
MUTATORS = {
    *("append", "extend", "insert", "remove", "pop", "clear", "update", "setdefault", "add", "discard", "sort"),
    *("reverse", "popitem", "appendleft", "popleft"),
}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical", "log"}
REPLAY_SAFE = "create_replay_safe_logger"
# Iterating a set gives another order in another process; what keeps no order, or makes one, may take a set.
ORDERLESS = {"sorted", "set", "frozenset", "len", "any", "all", "min", "max", "sum"}
ITERATING = {
    "list",
    "tuple",
    "enumerate",
    "zip",
    "map",
    "filter",
    "iter",
    "next",
    "reversed",
    "dict",
    "join",
    "fromkeys",
}


def findings(tree: ast.Module) -> list[str]:
    """Every forbidden thing in a module, with its line."""
    found = [*_imports(tree), *_calls(tree), *_statements(tree), *_state(tree), *_sets(tree), *_logs(tree)]
    return [f"line {line}: {what}" for line, what in sorted(set(found))]


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for found in imports_of(tree):
        modules = {found.module, *(f"{found.module}.{name}" for name in found.names)}
        for module in modules:
            if any(module == bad or module.startswith(f"{bad}.") for bad in FORBIDDEN_MODULES):
                yield 0, f"imports {found.module}"


def _walked(tree: ast.AST) -> Iterator[Any]:
    """Every node; those that are asked for their line have one."""
    yield from ast.walk(tree)


def _calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in _walked(tree):
        name = dotted(node.func) if isinstance(node, ast.Call) else None
        if name and any(name == bad or name.endswith(f".{bad}") for bad in FORBIDDEN_CALLS):
            yield node.lineno, f"calls {name}"
        if isinstance(node, ast.Attribute) and dotted(node) in FORBIDDEN_NAMES:
            yield node.lineno, f"reads {dotted(node)}"


def _statements(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield node.lineno, f"changes {', '.join(node.names)}"
        elif isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield node.lineno, "is asynchronous"
        elif isinstance(node, ast.ExceptHandler) and (node.type is None or dotted(node.type) == "BaseException"):
            yield node.lineno, "catches everything, the engine's own signals included"


def _state(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Changes, inside a function, of what lives outside of it."""
    shared = {alias.asname or alias.name.split(".")[0] for node in tree.body for alias in getattr(node, "names", [])}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        shared |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        own = {arg.arg for arg in ast.walk(function) if isinstance(arg, ast.arg)}
        own |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for part in _walked(function):
            if (base := _changed(part)) in shared - own:
                yield part.lineno, f"changes {base}"


def _changed(node: ast.AST) -> str | None:
    """The name whose object this node changes in place."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        return _base(node.func.value)
    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
        return _base(node.value)
    return None


def _base(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _logs(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Log records that are not written through the replay-safe logger."""
    safe = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_replay_safe(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGGING:
            logger = node.func.value
            if not _is_replay_safe(logger) and dotted(logger) not in safe:
                yield node.lineno, "logs on every replay"


def _is_replay_safe(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == REPLAY_SAFE


def _sets(tree: ast.Module) -> Iterator[tuple[int, str]]:
    sets = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_set(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    taken_by_orderless = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) in ORDERLESS
        for argument in node.args
    }
    taken_by_orderless |= {id(one) for node in ast.walk(tree) if isinstance(node, ast.Set) for one in node.elts}
    for node in ast.walk(tree):
        for iterated in _iterated(node, taken_by_orderless):
            if _is_set(iterated, sets):
                yield iterated.lineno, "iterates a set without sorting it"


def _is_set(node: ast.AST, known: set[str]) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_set(node.left, known) or _is_set(node.right, known)
    if isinstance(node, ast.Call):
        return dotted(node.func) in {"set", "frozenset"}
    return isinstance(node, ast.Set | ast.SetComp) or (isinstance(node, ast.Name) and node.id in known)


def _iterated(node: ast.AST, taken_by_orderless: set[int]) -> list[ast.expr]:
    match node:
        case ast.For():
            return [node.iter]
        case ast.ListComp() | ast.DictComp() | ast.GeneratorExp() if id(node) not in taken_by_orderless:
            return [generator.iter for generator in node.generators]
        case ast.Starred() | ast.YieldFrom() if id(node) not in taken_by_orderless:
            return [node.value] if node.value is not None else []
        case ast.Call() if _called(node) in ITERATING and id(node) not in taken_by_orderless:
            return node.args
    return []


def _called(node: ast.Call) -> str | None:
    return node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)
