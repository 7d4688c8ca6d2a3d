"""Every route of the application, and for each what it says to whom; a request that fits is made from it."""

import re
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
from evendial_campaigns.api.application import Parts, create_application
from evendial_campaigns.api.methods import EveryMethod
from evendial_campaigns.auth import admin_only
from evendial_campaigns.doors import Doors
from evendial_campaigns.front import Front
from evendial_campaigns.idempotency_store import IdempotentAnswers
from evendial_campaigns.pulse import Pulse
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from tests.integration.campaigns.browser import make_user
from tests.integration.campaigns.conftest import Running, made, wav

Ids = dict[str, str]


class Kind(Enum):
    """Whom a route is for."""

    OPEN = "anybody"
    COMMON = "everybody who is known, the same for all"
    MINE = "everybody who is known, about what is theirs"
    OWNED = "the owner of what the path names, and admins; for all others it is not there"
    ADMIN = "admins alone"


RULES = (
    (r"GET /schema(/.*)?", Kind.OPEN),
    (r"GET /(console/\{name\})?", Kind.OPEN),
    (r"(GET|POST) /v1/session|POST /v1/first-admin", Kind.OPEN),
    (r"\w+ /v1/(users|trunks|ivrs)(/.*)?", Kind.ADMIN),
    (r"(POST /v1/devices|(PATCH|DELETE) /v1/devices/.*)", Kind.ADMIN),
    (r"GET /v1/(access-log|health)", Kind.ADMIN),
    (r"\w+ /v1/dead-letters(/.*)?", Kind.ADMIN),
    (r"GET /v1/jurisdictions", Kind.COMMON),
    (r"(GET /v1/me|PUT /v1/me/password|DELETE /v1/session)", Kind.MINE),
    (r"(GET|POST) /v1/(campaigns|prompts|suppression(s|-lists)|api-keys|erasures)", Kind.MINE),
    (r"GET /v1/suppressions\.csv", Kind.MINE),
    (r"(GET /v1/devices|DELETE /v1/api-keys|POST /v1/suppressions/find)", Kind.MINE),
    (r"\w+ /v1/(campaigns|imports|prompts|suppression(s|-lists)|api-keys|erasures)/\{.*", Kind.OWNED),
    (r"GET /v1/devices/\{.*", Kind.OWNED),
)

LISTS = {
    "/v1/campaigns": "campaign_id",
    "/v1/prompts": "prompt_id",
    "/v1/suppressions": "suppression_id",
    "/v1/suppression-lists": "list_id",
    "/v1/devices": "device_id",
    "/v1/api-keys": "key_id",
    "/v1/erasures": "erasure_id",
}
"""What a list of one's own shows, by the name that its id has in paths."""


class Route(NamedTuple):
    """A method and a path with its parameters in braces; `guarded`: the admins' guard stands before it."""

    method: str
    path: str
    guarded: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def kinds(self) -> list[Kind]:
        """By each rule that fits; it should be one."""
        return [kind for pattern, kind in RULES if re.fullmatch(pattern, str(self))]

    @property
    def parameters(self) -> list[str]:
        """The names in braces."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def changes(self) -> bool:
        """Whether a key that only reads must be refused."""
        return self.method != "GET"


def all_routes() -> list[Route]:
    """Those that the application has, but for the OPTIONS that Litestar adds and `EveryMethod` answers."""
    nothing: Any = None
    doors = Doors(**dict.fromkeys(Doors.__struct_fields__, nothing) | {"front": Front(None, 0)})
    parts = Parts(**dict.fromkeys(Parts.__struct_fields__, nothing) | {"doors": doors})
    application = create_application(parts, 1, Pulse(), IdempotentAnswers(nothing))
    assert isinstance(application, EveryMethod)
    found = [
        (method, route.path_format, handler)
        for route in application.application.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if method != "OPTIONS"
    ]
    return sorted(Route(method, path, _is_guarded(handler)) for method, path, handler in found)


def _is_guarded(handler: HTTPRouteHandler) -> bool:
    return any(getattr(guard, "func", guard) is admin_only for guard in handler.resolve_guards())


async def _campaign(service: Running, ids: Ids) -> str:
    return await service.ready_campaign()


async def _number(service: Running, ids: Ids) -> str:
    return str((await service.number_ids(ids["campaign_id"]))[0])


async def _import(service: Running, ids: Ids) -> str:
    return str(made(await service.import_list(await service.campaign(), "+4915112345678\n"))["import_id"])


async def _call(service: Running, ids: Ids) -> str:
    command_id = uuid4()
    call = """
        insert into call(command_id, campaign_id, number_id, generation, attempt_no, slot_at, originated_at)
        select $1, campaign_id, number_id, 0, 1, now(), now() from number where campaign_id = $2 limit 1
    """
    await service.pool.execute(call, command_id, ids["campaign_id"])
    return str(command_id)


async def _prompt(service: Running, ids: Ids) -> str:
    headers = {"Content-Type": "audio/wav"}
    response = await service.user.post(f"/v1/prompts?name={uuid4()}", content=wav(), headers=headers)
    return str(made(response)["prompt_id"])


async def _suppression(service: Running, ids: Ids) -> str:
    body = {"number": _some_number()}
    return str((await service.user.post("/v1/suppressions", json=body)).json()["suppression_id"])


async def _suppression_list(service: Running, ids: Ids) -> str:
    headers, query = {"Content-Type": "text/plain"}, {"name": "spring"}
    sent = await service.user.post(
        "/v1/suppression-lists", params=query, content=_some_number(), headers=headers
    )
    assert sent.status_code == 202, sent.text
    return str(sent.json()["list_id"])


async def _erasure(service: Running, ids: Ids) -> str:
    response = await service.user.post("/v1/erasures", json={"number": _some_number()})
    assert response.status_code == 202, response.text
    return str(response.json()["erasure_id"])


async def dead_letter(service: Running, ids: Ids | None = None) -> str:
    """Of a message that nobody could read."""
    subject = f"evendial.event.campaign.finished.{uuid4()}.{uuid4()}"
    headers = {"Evendial-Subject": subject, "Evendial-Reason": "not JSON", "ce-type": "campaign.finished.v1"}
    jetstream = service.bus.jetstream
    said = await jetstream.publish(f"evendial.dead.test-{uuid4()}", b"4915112345678", headers=headers)
    return str(said.seq)


async def _device(service: Running, ids: Ids) -> str:
    return await service.device()


async def _key(service: Running, ids: Ids) -> str:
    body = {"name": "script", "scopes": ["read"]}
    return str(made(await service.user.post("/v1/api-keys", json=body))["key_id"])


async def _user(service: Running, ids: Ids) -> str:
    return str((await make_user(service, f"mira {uuid4()}", password=None))["user_id"])


async def _trunk(service: Running, ids: Ids) -> str:
    body = {"name": "carrier", "endpoint": "carrier", "calls_per_second": 20}
    return str(made(await service.admin.post("/v1/trunks", json=body))["trunk_id"])


async def _ivr(service: Running, ids: Ids) -> str:
    body = {"name": "menu", "context": "menu"}
    return str(made(await service.admin.post("/v1/ivrs", json=body))["ivr_id"])


MAKERS: dict[str, Callable[[Running, Ids], Awaitable[str]]] = {
    "campaign_id": _campaign,
    "number_id": _number,
    "import_id": _import,
    "command_id": _call,
    "prompt_id": _prompt,
    "suppression_id": _suppression,
    "list_id": _suppression_list,
    "erasure_id": _erasure,
    "seq": dead_letter,
    "device_id": _device,
    "key_id": _key,
    "user_id": _user,
    "trunk_id": _trunk,
    "ivr_id": _ivr,
}
"""How something of the user is made, by the name that its id has in paths."""


async def make(service: Running, names: list[str]) -> Ids:
    """Something of the user for each name, the later ones of the earlier."""
    ids: Ids = {}
    for name in names:
        ids[name] = await MAKERS[name](service, ids)
    return ids


def _some_number() -> str:
    return f"+49151{uuid4().int % 10**8:08}"


def unknown(names: list[str]) -> Ids:
    """Ids of nothing."""
    return {name: str(2**40) if name in ("number_id", "seq") else str(uuid4()) for name in names}


class Shape:
    """Bodies from the OpenAPI document: the least that its schemas ask for."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def request(self, route: Route) -> dict[str, Any]:
        """Body and query of a request."""
        operation = self._document["paths"].get(route.path, {}).get(route.method.lower(), {})
        parameters = operation.get("parameters", [])
        query = {
            each["name"]: self._value(each["schema"])
            for each in parameters
            if each["in"] == "query" and each.get("required")
        }
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            return {"params": query}
        media_type = next(iter(content))
        if media_type == "application/json":
            return {"params": query, "json": self._value(content[media_type]["schema"])}
        if media_type.startswith("audio"):
            return {"params": query, "content": wav(), "headers": {"Content-Type": "audio/wav"}}
        return {"params": query, "content": _some_number(), "headers": {"Content-Type": "text/plain"}}

    def _value(self, schema: Any) -> Any:
        if "$ref" in schema:
            return self._value(self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        for choice in ("oneOf", "anyOf", "allOf"):
            if choice in schema:
                return self._value(schema[choice][0])
        for given in ("const", "default"):
            if given in schema:
                return schema[given]
        for several in ("examples", "enum"):
            if schema.get(several):
                return schema[several][0]
        return self._of_type(schema)

    def _of_type(self, schema: Any) -> Any:
        match schema.get("type"):
            case "object":
                return {name: self._value(schema["properties"][name]) for name in schema.get("required", [])}
            case "array":
                return [self._value(schema["items"])] * schema.get("minItems", 1)
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return False
            case _:
                return str(uuid4())


def told(body: bytes) -> Any:
    """What JSON says, else the text."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
