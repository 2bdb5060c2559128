"""Small mistakes that somebody could make in a module, each a text of the whole module with one place changed.

Docstrings, annotations, log lines and the words of messages are left alone: they decide nothing.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

type Place = ast.expr | ast.stmt
type Put = Callable[[Place], None]

_OTHER: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_REVERSED: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd}


@dataclass(frozen=True)
class Mutant:
    """One mistake: where it is, what stood there, what stands there now, and the text of the whole module."""

    path: str
    line: int
    was: str
    now: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line}: {self.was} -> {self.now}"


def mutants_of(path: str, text: str) -> Iterator[Mutant]:
    """Return every mutant of a module, in its order."""
    tree = ast.parse(text)
    for put, node in [*_deciding(tree)]:
        for now in [*_instead(node)]:
            put(ast.copy_location(now, node))
            mistaken = ast.unparse(tree)
            put(node)
            yield Mutant(path, node.lineno, _shown(node), _shown(now), mistaken)


def _shown(node: Place) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _deciding(tree: ast.AST) -> Iterator[tuple[Put, Place]]:
    """Go through what decides something, with what puts another thing in its place: no annotations, no messages, no log
    lines, no docstrings.
    """
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_params", "type_comment"}:
            continue
        listed = isinstance(value, list)
        for index, node in enumerate(value if listed else [value]):
            if isinstance(node, ast.AST) and not _says_only(node):
                if isinstance(node, ast.expr | ast.stmt):
                    yield partial(value.__setitem__, index) if listed else partial(setattr, tree, name), node
                yield from _deciding(node)


def _says_only(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.TypeAlias):
        return True
    if isinstance(node, ast.keyword):
        return node.arg in {"message", "reason", "words", "text", "says", "default_factory"}
    if not isinstance(node, ast.Expr):
        return False
    is_text = isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node.value, ast.Call) and ast.unparse(node.value.func).startswith("_LOG."))


def _instead(node: Place) -> Iterator[Place]:
    """Return what could stand in the place of a node by mistake."""
    yield from _other_values(node)
    yield from _other_ways(node)


def _other_values(node: Place) -> Iterator[Place]:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right):
            yield from (ast.Compare(left, [other()], right) for other in _OTHER[type(op)])
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from (_without(node, values, index) for index in range(len(values)))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool(known)):
            yield ast.Constant(not known)
        case ast.Constant(value=int(known) | float(known)):
            yield ast.Constant(known + 1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _REVERSED:
            yield ast.BinOp(left, _REVERSED[type(op)](), right)
        case ast.List(elts=values) | ast.Set(elts=values) | ast.Tuple(elts=values) if len(values) > 1:
            yield from (_without_entry(node, index) for index in range(len(values)))
        case ast.Dict(keys=keys) if len(keys) > 1:
            yield from (_without_entry(node, index) for index in range(len(keys)))


def _other_ways(node: Place) -> Iterator[Place]:
    match node:
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.If() | ast.IfExp():
            yield from (_with_test(node, always) for always in (True, False))
        case ast.Raise() | ast.AugAssign() | ast.Expr(value=ast.Call() | ast.Await()):
            yield ast.Pass()


def _without(node: ast.BoolOp, values: list[ast.expr], index: int) -> ast.expr:
    rest = values[:index] + values[index + 1 :]
    return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _with_test(node: ast.If | ast.IfExp, always: bool) -> Place:
    changed = copy.copy(node)
    changed.test = ast.Constant(always)
    return changed


def _without_entry(node: ast.List | ast.Set | ast.Tuple | ast.Dict, index: int) -> Place:
    changed = copy.copy(node)
    for field in ("elts", "keys", "values"):
        if entries := getattr(node, field, None):
            setattr(changed, field, entries[:index] + entries[index + 1 :])
    return changed
