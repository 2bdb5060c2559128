"""Route templates of HTTP triggers, `items/{id:int}/{*rest}`, as ASP.NET Core reads them for the Functions host."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

_DATE = r"\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?"
_PATTERNS = {
    "int": r"[+-]?\d{1,10}",
    "long": r"[+-]?\d{1,19}",
    "bool": r"(?i:true|false)",
    "datetime": _DATE,
    "decimal": r"[+-]?\d+(\.\d+)?",
    "double": r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?",
    "float": r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?",
    "guid": r"\{?[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}\}?",
    "alpha": r"[A-Za-z]*",
    "required": r".+",
}
_CHECKS: dict[str, Callable[[str, list[str]], bool]] = {
    "length": lambda value, args: int(args[0]) <= len(value) <= int(args[-1]),
    "minlength": lambda value, args: len(value) >= int(args[0]),
    "maxlength": lambda value, args: len(value) <= int(args[0]),
    "min": lambda value, args: _is_integer(value) and int(value) >= int(args[0]),
    "max": lambda value, args: _is_integer(value) and int(value) <= int(args[0]),
    "range": lambda value, args: _is_integer(value) and int(args[0]) <= int(value) <= int(args[1]),
}
_BOUNDS = {"int": 2**31, "long": 2**63}
_PARAMETER = re.compile(r"(?<!\{)\{(?!\{)((?:[^{}]|\{\{|\}\})+)\}(?!\})")


class RouteTemplateError(Exception):
    """The template cannot be understood."""


@dataclass(frozen=True)
class _Parameter:
    name: str
    constraints: list[tuple[str, str]]
    optional: bool
    catch_all: bool
    default: str | None

    def accepts(self, value: str) -> bool:
        return all(_satisfies(value, kind, argument) for kind, argument in self.constraints)


@dataclass(frozen=True)
class Route:
    """A compiled template; `precedence` sorts the more specific route first."""

    template: str
    parameters: dict[str, _Parameter]
    expression: re.Pattern[str]
    precedence: tuple[int, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """The route parameters of a path (still percent-encoded, without the leading slash), or None."""
        found = self.expression.fullmatch(path.rstrip("/"))
        if not found:
            return None
        values: dict[str, str] = {}
        for group, parameter in zip(found.groups(), self.parameters.values(), strict=True):
            value = parameter.default if group in (None, "") else unquote(group)
            if value is None:
                continue
            if not parameter.accepts(value):
                return None
            values[parameter.name] = value
        return values


def compile_route(template: str) -> Route:
    template = template.strip("/")
    parameters: dict[str, _Parameter] = {}
    pattern = ""
    precedence: list[int] = []
    for segment in _segments(template):
        expression, rank, optional = _compile_segment(segment, parameters)
        slash = "/" if pattern else ""
        pattern += f"(?:{slash}{expression})?" if optional else slash + expression
        precedence.append(rank)
    return Route(template, parameters, re.compile(pattern, re.IGNORECASE), tuple(precedence))


def _segments(template: str) -> list[str]:
    """Split at slashes that stand outside braces."""
    segments, depth, current = [], 0, ""
    for character in template:
        depth += (character == "{") - (character == "}")
        if character == "/" and depth == 0:
            segments.append(current)
            current = ""
        else:
            current += character
    return [one for one in [*segments, current] if one]


def _compile_segment(segment: str, parameters: dict[str, _Parameter]) -> tuple[str, int, bool]:
    """The segment's expression, its rank (lower is more specific) and whether it may be absent."""
    found = list(_PARAMETER.finditer(segment))
    if not found:
        return re.escape(segment.replace("{{", "{").replace("}}", "}")), 1, False
    expression, position = "", 0
    for match in found:
        parameter = _parse_parameter(match.group(1))
        parameters[parameter.name] = parameter
        expression += re.escape(segment[position : match.start()])
        expression += "(.*)" if parameter.catch_all else "([^/]+?)"
        position = match.end()
    expression += re.escape(segment[position:])
    whole = found[0].group(0) == segment
    if not whole:
        return expression, 2, False
    rank = (5 if parameter.catch_all else 4) - (1 if parameter.constraints else 0)
    return expression, rank, parameter.optional or parameter.catch_all or parameter.default is not None


def _parse_parameter(text: str) -> _Parameter:
    match = re.fullmatch(r"(\*{0,2})([A-Za-z_]\w*)((?::[A-Za-z]+(?:\(.*?\))?)*)(?:=(.*?))?(\?)?", text)
    if not match:
        raise RouteTemplateError(f"'{{{text}}}' is not a route parameter")
    stars, name, constraints, default, question = match.groups()
    parsed = re.findall(r":([A-Za-z]+)(?:\((.*?)\)(?=:|$))?", constraints)
    for kind, _ in parsed:
        if kind.lower() not in {*_PATTERNS, *_CHECKS, "regex"}:
            raise RouteTemplateError(f"route constraint '{kind}' is not known")
    return _Parameter(name, parsed, bool(question), bool(stars), default)


def _satisfies(value: str, kind: str, argument: str) -> bool:
    kind = kind.lower()
    if kind == "regex":
        return re.search(argument.replace("{{", "{").replace("}}", "}"), value, re.IGNORECASE) is not None
    if kind in _CHECKS:
        return _CHECKS[kind](value, [one.strip() for one in argument.split(",")])
    if not re.fullmatch(_PATTERNS[kind], value):
        return False
    return kind not in _BOUNDS or -_BOUNDS[kind] <= int(value) < _BOUNDS[kind]


def _is_integer(value: str) -> bool:
    return re.fullmatch(r"[+-]?\d+", value) is not None
