"""The OpenAPI document: what Litestar sees of the handlers, made exact."""

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
from litestar import Litestar, Request
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute

from evendial_campaigns.api.documented_problems import Nature, describe_problems, problem_components
from evendial_campaigns.api.documented_schemas import polish_schemas
from evendial_campaigns.api.idempotency import SECRET
from evendial_campaigns.auth import CSRF_HEADER, OPEN, admin_only
from evendial_campaigns.core.idempotency import KEY_HEADER, KEY_MAX
from evendial_campaigns.front import SECURE_COOKIE

Json = dict[str, Any]

PROBLEMS = "problems"
"""Set in the `opt` of a route: the refusals that only it can give."""

TAGS = {
    "operations": "What needs the operator: messages that a service could not take in.",
    "calls": "What was dialled, and what came of it.",
    "campaigns": "Lists of numbers, and when and how fast they are called.",
    "log": "What happened, when, and by whom.",
    "suppressions": "Numbers that are never called.",
    "erasures": "People who asked to be forgotten.",
    "numbers": "The numbers of a campaign, and the lists they came from.",
    "prompts": "Sounds that calls play.",
    "people": "Who you are.",
    "session": "Signing in with a browser.",
    "api-keys": "What scripts sign in with.",
    "users": "Who may sign in, and how much they may call.",
    "trunks": "What carries calls: PJSIP endpoints of Asterisk.",
    "devices": "What calls are placed through and billed to.",
    "ivrs": "Dialplan contexts that may take a call over.",
}
DESCRIPTION = """\
Evendial calls a list of phone numbers at even intervals and runs a sequence of actions on each answered call.

Every refusal is a problem (RFC 9457) whose `type` is stable. What is somebody else's is a 404. A POST with an
`Idempotency-Key` may be repeated without harm. Lists go on with `?cursor=` and the `next` of the page before.
"""
SECURITY_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SECURE_COOKIE,
        "description": f"The cookie of a session; what changes something needs {CSRF_HEADER} as well.",
    },
}
KEY_PARAMETER = {
    "name": KEY_HEADER,
    "in": "header",
    "required": False,
    "description": "Makes the request safe to repeat: a fresh UUID, say. The answer is kept for 48 h.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": "^[!-~]([ -~]*[!-~])?$"},
}
REPLAYED = {
    "Idempotency-Replayed": {
        "description": "`true`: the answer to the first request under this key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}


class FinishedDocument(JsonRenderPlugin):
    """Serves what `document` makes: at the first request, for it takes longer than all else at a start."""

    _written: ClassVar[bytes] = b""
    """Of the routes, which are the same in every application of a process."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Json) -> bytes:
        """The same for everybody."""
        if not FinishedDocument._written:
            FinishedDocument._written = msgspec.json.encode(document(request.app))
        return FinishedDocument._written


def document(application: Litestar) -> Json:
    """The document of all its routes."""
    written = msgspec.json.decode(msgspec.json.encode(application.openapi_schema.to_schema()))
    for path, method, handler in _operations(application):
        _finish(written["paths"][path][method], path, method.upper(), handler)
    used = {tag for item in written["paths"].values() for each in item.values() for tag in each["tags"]}
    components = written["components"]
    components["schemas"] |= problem_components()
    components["securitySchemes"] = SECURITY_SCHEMES
    written |= {
        "servers": [{"url": "/"}],
        "security": [{name: []} for name in SECURITY_SCHEMES],
        "tags": [{"name": name, "description": TAGS[name]} for name in sorted(used)],
    }
    written["info"]["description"] = DESCRIPTION
    written["paths"] = dict(sorted(written["paths"].items()))
    return polish_schemas(written)


def _operations(application: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in application.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if handler.resolve_include_in_schema():
                    yield route.path_format, method.lower(), handler


def _finish(operation: Json, path: str, method: str, handler: HTTPRouteHandler) -> None:
    summary, _, rest = operation.pop("description", "").partition("\n")
    operation["summary"] = summary.rstrip(".")
    if rest.strip():
        operation["description"] = rest.strip()
    is_open = (method, path) in OPEN
    if is_open:
        operation["security"] = []
    secret = bool(handler.opt.get(SECRET))
    if method == "POST":
        operation.setdefault("parameters", []).append(KEY_PARAMETER)
    nature = Nature(
        is_open=is_open,
        reads=method in ("GET", "HEAD"),
        posts=method == "POST",
        admin_only=admin_only in (getattr(each, "func", each) for each in handler.resolve_guards()),
        secret=secret,
        names_one="{" in path,
        body=tuple(operation.get("requestBody", {}).get("content", ())),
        own=tuple(handler.opt.get(PROBLEMS, ())),
    )
    said = operation["responses"]
    successes = {status: said[status] for status in said if status < "400" or "content" not in said[status]}
    if method == "POST" and not secret:
        for success in successes.values():
            success["headers"] = success.get("headers", {}) | REPLAYED
    operation["responses"] = successes | describe_problems(nature)
