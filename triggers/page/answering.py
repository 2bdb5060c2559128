"""Pages as answers to a request: every one with our headers, whatever it says."""

from typing import Any

import azure.functions as func

from web.pages import render, security_headers


def message(status: int, title: str, sentence: str, *, again: bool = True) -> func.HttpResponse:
    return html_answer(render("message.html", title=title, sentence=sentence, again=again), status)


def html_answer(html: str, status: int, headers: dict[str, Any] | None = None) -> func.HttpResponse:
    return func.HttpResponse(
        html, status_code=status, mimetype="text/html", charset="utf-8", headers=security_headers() | (headers or {})
    )
