"""A path with an empty part names nothing: `DELETE …/numbers/$ID` with no ID must not delete them all."""

from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp, Receive, Scope, Send


class ExactPath:
    """404 for what Litestar takes as if the empty part were not there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Looks at the path as it was sent."""
        path = scope["raw_path"]
        if path.endswith(b"/") or b"//" in path:
            raise NotFoundException("The path has an empty part; an id is missing, say.")
        await self._app(scope, receive, send)
