"""Route templates, without a host."""

import pytest

from dev.host.front.routes import RouteTemplateError, compile_route


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("a/b", "a/b", {}),
        ("a/b", "A/B/", {}),
        ("a/{x}", "a/1", {"x": "1"}),
        ("a/{x}", "a", None),
        ("a/{x?}", "a", {}),
        ("a/{x=5}", "a", {"x": "5"}),
        ("a/{x:int=5}", "a/6", {"x": "6"}),
        ("a/{*rest}", "a/b/c", {"rest": "b/c"}),
        ("a/{*rest}", "a", {}),
        ("{x:guid}", "0f8fad5b-d9cb-469f-a165-70867728950e", {"x": "0f8fad5b-d9cb-469f-a165-70867728950e"}),
        ("{x:guid}", "nope", None),
        ("{x:length(3)}", "abc", {"x": "abc"}),
        ("{x:length(3)}", "ab", None),
        ("{x:length(1,2)}", "abc", None),
        ("{x:minlength(2):maxlength(3)}", "ab", {"x": "ab"}),
        ("{x:minlength(2):maxlength(3)}", "abcd", None),
        ("{x:range(1,10)}", "10", {"x": "10"}),
        ("{x:range(1,10)}", "11", None),
        ("{x:min(5)}", "x", None),
        ("{x:bool}", "TRUE", {"x": "TRUE"}),
        ("{x:datetime}", "2026-01-31", {"x": "2026-01-31"}),
        (r"{x:regex(^v\d{{1,2}}$)}", "v12", {"x": "v12"}),
        (r"{x:regex(^v\d{{1,2}}$)}", "v123", None),
        ("files/{name}.{ext}", "files/report.pdf", {"name": "report", "ext": "pdf"}),
        ("a.b", "axb", None),
        ("{x}", "a%2Fb", {"x": "a/b"}),
    ],
)
def test_a_template_matches_as_in_aspnet(template, path, values):
    assert compile_route(template).match(path) == values


@pytest.mark.parametrize("template", ["{x:nonsense}", "{1x}", "{x y}"])
def test_an_invalid_template_is_refused(template):
    with pytest.raises(RouteTemplateError):
        compile_route(template)
