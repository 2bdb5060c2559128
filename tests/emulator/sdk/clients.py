"""The methods of the SDKs' clients, each called once over a wire that keeps what is sent, and refused.

Arguments are the names of their parameters in parentheses, so the path that goes out is a template.
"""

import inspect
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient
from urllib3 import HTTPResponse

_OF_A_SUBSCRIPTION = (
    ComputeManagementClient,
    ResourceManagementClient,
    ManagementLockClient,
    AuthorizationManagementClient,
)
_NO_CREDENTIAL: Any = object()
_REFUSED = 400
_NO_CONTENT = 204
_JSON = {"Content-Type": "application/json"}


class _Wire(requests.adapters.HTTPAdapter):
    status, sent = _REFUSED, None

    def send(self, request: Any, *_: Any, **_options: Any) -> Any:
        self.sent = request
        content = b"" if self.status == _NO_CONTENT else b'{"value": []}'
        answer = HTTPResponse(BytesIO(content), _JSON, self.status, preload_content=False)
        return self.build_response(request, answer)


def every_method():
    """(name, function, its call answered with a status, HTTP method, path, api-version, model of errors) of each."""
    wire = _Wire()
    session = requests.Session()
    session.mount("https://", wire)
    settings = {
        "transport": RequestsTransport(session=session, session_owner=False),
        "authentication_policy": SansIOHTTPPolicy(),
        "base_url": "https://localhost",
        "retry_total": 0,
    }
    clients = [kind(_NO_CREDENTIAL, "(subscription_id)", **settings) for kind in _OF_A_SUBSCRIPTION]
    for client in (*clients, SubscriptionClient(_NO_CREDENTIAL, **settings)):
        for name, function in _methods(client):
            send = partial(_send, wire, function)
            yield name, function, send, *_learnt(wire, send)


def _methods(client):
    for group_name, group in vars(client).items():
        if type(group).__name__.endswith("Operations"):
            for name, function in inspect.getmembers(group, inspect.ismethod):
                if not name.startswith("_"):
                    yield f"{group_name}.{name}", function


def _learnt(wire, send):
    try:
        send(_REFUSED)
    except HttpResponseError as error:
        sent = urlsplit(wire.sent.url)
        return wire.sent.method, unquote(sent.path), parse_qs(sent.query)["api-version"][0], type(error.model)
    raise AssertionError(f"{wire.sent.url} takes {_REFUSED} for success")


def _send(wire, function, status):
    wire.status, wire.sent = status, None
    parameters = inspect.signature(function).parameters.values()
    arguments = {each.name: _argument(each) for each in parameters if _must_be_given(each)}
    answer = function(**arguments, **({"polling": False} if "begin_" in function.__name__ else {}))
    if hasattr(answer, "__next__"):
        next(answer, None)


def _must_be_given(parameter):
    return parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD


def _argument(parameter):
    if "typing.IO" in str(parameter.annotation):
        return BytesIO(b"{}")
    return 0 if parameter.annotation is int else f"({parameter.name})"
