"""No parameter is passed over: `DELETE …/numbers?state=failed` must not delete them all."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from evendial_campaigns.core.rejected import invalid


class Taken(msgspec.Struct, frozen=True):
    """The query parameters that a route takes, and those of them that may be repeated."""

    names: frozenset[str]
    repeatable: frozenset[str]


def taken_by(application: Litestar) -> dict[BaseRouteHandler, Taken]:
    """What each handler is given by Litestar."""
    return {
        handler: Taken(
            frozenset(each.field_alias for each in model.expected_query_params),
            frozenset(model.sequence_query_parameter_names),
        )
        for route in application.routes
        if isinstance(route, HTTPRoute)
        for handler, model in route.route_handler_map.values()
    }


def exact_query(
    taken: dict[BaseRouteHandler, Taken],
) -> Callable[[Request[Any, Any, Any]], Awaitable[None]]:
    """A hook that refuses a parameter that the route does not take, or that is given twice.

    `taken` may be filled later. A function, for Litestar copies routers with the objects that they hold.
    """

    async def check(request: Request[Any, Any, Any]) -> None:
        if not request.scope["query_string"]:
            return
        here = taken[request.route_handler]
        for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
            if name not in here.names:
                raise invalid(name or "query", "is not a parameter here")
            if times > 1 and name not in here.repeatable:
                raise invalid(name, "must be given once")

    return check
