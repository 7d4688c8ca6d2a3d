"""Every route of the application x everybody who may ask; a new route without a rule fails."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from evendial_campaigns.auth import CHALLENGE

from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer
from tests.integration.campaigns.browser import make_user
from tests.integration.campaigns.conftest import OTHER_KEY, Running, add_key, running, settings_for
from tests.integration.campaigns.matrix import (
    LISTS,
    MAKERS,
    Kind,
    Route,
    Shape,
    all_routes,
    make,
    told,
    unknown,
)

pytestmark = pytest.mark.integration

ROUTES = all_routes()
REFUSED = (401, 403, 404)


class Answer:
    """What somebody was told."""

    def __init__(self, status: int, headers: httpx.Headers, body: Any) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def type(self) -> Any:
        """Of a problem."""
        return self.body.get("type") if isinstance(self.body, dict) else None

    @property
    def is_taken(self) -> bool:
        """Whether it was for them, be it good input or not."""
        return self.status not in REFUSED and self.status < 500


class World:
    """A service with everybody who may ask."""

    def __init__(self, service: Running, shape: Shape) -> None:
        self.service = service
        self.shape = shape
        self.strangers = {
            "nobody": service.nobody,
            "disabled": service.client("a key of somebody who is disabled, forty"),
            "revoked": service.client("a key that has been revoked, forty and more"),
            "expired": service.client("a key that held until a second ago, forty"),
        }
        self.reader = service.client("a key of the user that only reads, forty")
        self.admins_reader = service.client("a key of the admin that only reads, forty")

    async def people_are_there(self) -> None:
        """Their keys hold as their names say, whatever a route before has revoked."""
        pool = self.service.pool
        rows = await pool.fetch("select name, user_id from person")
        ids = {row["name"]: row["user_id"] for row in rows}
        past = datetime.now(UTC) - timedelta(seconds=1)
        await pool.execute("delete from api_key where origin = 'made'")
        await add_key(pool, ids["other"], OTHER_KEY)
        await add_key(pool, ids["user"], _key(self.reader), scopes=["read"])
        await add_key(pool, ids["admin"], _key(self.admins_reader), scopes=["read", "admin"])
        await add_key(pool, ids["disabled"], _key(self.strangers["disabled"]))
        await add_key(pool, ids["user"], _key(self.strangers["expired"]), expires_at=past)

    async def ask(self, client: httpx.AsyncClient, route: Route, ids: dict[str, str]) -> Answer:
        """A request that fits the route; of a stream that goes on only its head is read."""
        path = route.path.format(**ids)
        async with client.stream(route.method, path, **self.shape.request(route)) as response:
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                return Answer(response.status_code, response.headers, None)
            return Answer(response.status_code, response.headers, told(await response.aread()))


def _key(client: httpx.AsyncClient) -> str:
    return str(client.headers["Authorization"]).removeprefix("Bearer ")


@pytest.fixture(scope="module")
async def world(postgres_server: PostgresServer, nats_url: str, ports: Ports) -> AsyncIterator[World]:
    dsn = await postgres_server.create_database("campaigns_matrix")
    async with running(settings_for(dsn, nats_url, ports)) as service:
        disabled = await make_user(service, "disabled", password=None)
        await service.admin.patch(f"/v1/users/{disabled['user_id']}", json={"disabled": True})
        document = (await service.nobody.get("/schema/openapi.json")).json()
        world = World(service, Shape(document))
        yield world
        for client in (*world.strangers.values(), world.reader, world.admins_reader):
            await client.aclose()


def of(*kinds: Kind) -> pytest.MarkDecorator:
    """The test is run for each route of these kinds."""
    routes = [route for route in ROUTES if route.kinds and route.kinds[0] in kinds]
    return pytest.mark.parametrize("route", routes, ids=str)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_has_one_rule_and_can_be_asked(route: Route) -> None:
    assert len(route.kinds) == 1, "say in RULES whom it is for"
    assert route.guarded == (route.kinds == [Kind.ADMIN])
    if Kind.OPEN not in route.kinds:
        assert set(route.parameters) <= set(MAKERS), "say in MAKERS how one is made"


@of(Kind.COMMON, Kind.MINE, Kind.OWNED, Kind.ADMIN)
async def test_who_is_not_known_any_more_or_yet_is_told_nothing(world: World, route: Route) -> None:
    await world.people_are_there()
    ids = await make(world.service, route.parameters)
    await world.people_are_there()
    for who, client in world.strangers.items():
        answer = await world.ask(client, route, ids)
        assert (answer.status, answer.type) == (401, "unauthorized"), who
        assert answer.headers["WWW-Authenticate"] == CHALLENGE["WWW-Authenticate"]


@of(Kind.OPEN)
async def test_what_is_open_asks_nobody_who_they_are(world: World, route: Route) -> None:
    for client in (world.service.nobody, world.strangers["revoked"]):
        answer = await world.ask(client, route, dict.fromkeys(route.parameters, "page.css"))
        assert answer.type != "unauthorized"
        assert answer.status < 500


@of(Kind.ADMIN)
async def test_what_is_an_admins_is_refused_to_users_whether_there_is_such_a_thing_or_not(
    world: World, route: Route
) -> None:
    await world.people_are_there()
    ids = await make(world.service, route.parameters)
    for client in (world.service.user, world.service.other):
        for named in (ids, unknown(route.parameters)):
            answer = await world.ask(client, route, named)
            assert (answer.status, answer.type) == (403, "forbidden")
    assert (await world.ask(world.service.admin, route, ids)).is_taken


@of(Kind.OWNED)
async def test_what_is_somebody_elses_is_not_there(world: World, route: Route) -> None:
    await world.people_are_there()
    ids = await make(world.service, route.parameters)
    theirs = await world.ask(world.service.other, route, ids)
    nothing = await world.ask(world.service.other, route, unknown(route.parameters))
    assert (theirs.status, theirs.type) == (404, "not_found")
    assert theirs.body == nothing.body
    for client in (world.service.user, world.service.admin):
        answer = await world.ask(client, route, await make(world.service, route.parameters))
        assert answer.is_taken, (answer.status, answer.body)
        missing = await world.ask(client, route, unknown(route.parameters))
        assert (missing.status, missing.type) == (404, "not_found")


@of(Kind.OWNED)
async def test_ones_own_way_leads_not_to_what_is_somebody_elses(world: World, route: Route) -> None:
    """The campaign is theirs who ask, what is further down the path is not."""
    if len(route.parameters) == 1:
        return
    await world.people_are_there()
    ids = await make(world.service, route.parameters)
    own = ids | {"campaign_id": await world.service.campaign(world.service.other)}
    answer = await world.ask(world.service.other, route, own)
    assert (answer.status, answer.type) == (404, "not_found")


@of(Kind.COMMON, Kind.MINE)
async def test_what_is_ones_own_is_for_everybody_who_is_known(world: World, route: Route) -> None:
    for client in (world.service.user, world.service.other, world.service.admin):
        await world.people_are_there()
        assert (await world.ask(client, route, {})).is_taken


@of(Kind.MINE)
async def test_a_list_shows_nothing_of_others(world: World, route: Route) -> None:
    await world.people_are_there()
    shown_to_them = (await world.ask(world.service.user, route, {})).body
    if route.method != "GET" or not isinstance(shown_to_them, dict) or "items" not in shown_to_them:
        return
    assert route.path in LISTS, "say in LISTS what it shows"
    id = (await make(world.service, [LISTS[route.path]]))[LISTS[route.path]]
    service = world.service
    for client, shown in ((service.user, True), (service.admin, True), (service.other, False)):
        page = (await client.get(route.path, params={"limit": 1000})).text
        assert (id in page) == shown


@of(Kind.COMMON, Kind.MINE, Kind.OWNED, Kind.ADMIN)
async def test_a_key_that_only_reads_changes_nothing(world: World, route: Route) -> None:
    await world.people_are_there()
    ids = await make(world.service, route.parameters)
    readers = [world.admins_reader] if Kind.ADMIN in route.kinds else [world.reader, world.admins_reader]
    for client in readers:
        answer = await world.ask(client, route, ids)
        if route.changes:
            assert (answer.status, answer.type) == (403, "forbidden")
        else:
            assert answer.is_taken


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_every_answer_has_the_headers_that_protect_browsers(world: World, route: Route) -> None:
    for client in (world.service.nobody, world.service.admin):
        answer = await world.ask(client, route, dict.fromkeys(route.parameters, "0"))
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "access-control-allow-origin" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers
        if route.path.startswith("/v1"):
            assert answer.headers["Cache-Control"] in ("no-store", "private, no-cache")


async def test_what_is_not_there_at_all_has_them_too(world: World) -> None:
    for asked in ("GET /nothing", "GET /v1/nothing", "PUT /v1/campaigns", "TRACE /v1/me"):
        method, path = asked.split()
        answer = await world.service.nobody.request(method, path)
        assert answer.status_code in (404, 405)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_other_methods_betray_nothing(world: World) -> None:
    await world.people_are_there()
    service, campaign_id = world.service, await world.service.campaign()
    for client, status in ((service.nobody, 401), (service.other, 404), (service.user, 200)):
        assert (await client.head(f"/v1/campaigns/{campaign_id}")).status_code == status
    for path in (f"/v1/campaigns/{campaign_id}", "/v1/users"):
        assert (await world.service.nobody.options(path)).status_code == 204
