"""HTTP triggers in all shapes; the default route prefix."""

import json
from http.cookies import SimpleCookie

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="echo/{id:int}/{*rest}", methods=["GET", "POST"])
def echo(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "route": dict(req.route_params),
        "query": dict(req.params),
        "headers": dict(req.headers),
        "body": req.get_body().decode(),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route(route="items/special")
def special(req: func.HttpRequest) -> str:
    return "special"


@app.route(route="items/{name:alpha?}")
def item(req: func.HttpRequest) -> str:
    return f"item {req.route_params.get('name', 'of no name')}"


@app.route(route="reverse", methods=["POST"])
async def reverse(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.get_body()[::-1], mimetype="application/octet-stream", status_code=201)


@app.route(route="headers", methods=["GET", "HEAD"])
def headers(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("body", headers={"X-One": "1", "Location": "/elsewhere"}, status_code=302)
    for name in ("first", "second"):
        cookie = SimpleCookie({name: "value"})
        cookie[name]["path"] = "/"
        cookie[name]["httponly"] = True
        cookie[name]["max-age"] = "60"
        cookie[name]["samesite"] = "Lax"
        response.headers.add("Set-Cookie", cookie[name].OutputString())
    return response


@app.route(route="nothing")
def nothing(req: func.HttpRequest) -> func.HttpResponse:
    return None


@app.route(route="silent")
def silent(req: func.HttpRequest) -> func.HttpResponse:
    cookie = "a=b/c; Path=/api; Secure; SameSite=Lax; HttpOnly"
    return func.HttpResponse(status_code=202, headers={"Set-Cookie": cookie})


@app.route(route="administrators")
def reserved(req: func.HttpRequest) -> str:
    return "never served"


@app.route(route="fail")
def fail(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("secret detail")


@app.route(auth_level=func.AuthLevel.FUNCTION)
def with_function_key(req: func.HttpRequest) -> str:
    return "in"


@app.route(route="only/admins", auth_level=func.AuthLevel.ADMIN)
def with_admin_key(req: func.HttpRequest) -> str:
    return "in"
