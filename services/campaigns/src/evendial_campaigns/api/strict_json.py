"""JSON bodies taken at their word: `"3"` and `3.0` are no whole numbers, and `"nan"` is no number."""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException

from evendial_campaigns.api.wording import worded
from evendial_campaigns.people import Person

_place = re.compile(r" - at `\$\.?(.*)`$").search


class StrictRequest(Request[Person, Any, Any]):
    """Decodes a body as the type that its handler takes; Litestar itself converts text to numbers."""

    async def json(self) -> Any:
        """What the body holds."""
        taken = self.route_handler.parsed_data_field
        if taken is None:
            return await super().json()
        try:
            return msgspec.json.decode(await self.body(), type=taken.annotation)
        except msgspec.ValidationError as error:
            raise _invalid(taken.annotation, str(error)) from error
        except msgspec.DecodeError:
            return await super().json()  # no JSON at all: refused as Litestar does it


def _invalid(body: Any, error: str) -> ValidationException:
    place = _place(error)
    key, message = (place[1], error[: place.start()]) if place else ("data", error)
    return ValidationException(extra=[{"key": key, "message": worded(body, key, message)}])
