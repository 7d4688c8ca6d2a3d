"""Answers that carry the version of what they show."""

from typing import TypeVar

from litestar import Response
from litestar.datastructures import ResponseHeader

from evendial_campaigns.entity_tags import etag

View = TypeVar("View")

ETAG = ResponseHeader(
    name="ETag",
    documentation_only=True,
    description='The version of what is shown, such as `"3"`; send it back as If-Match.',
)


def tagged(view: View, version: int, status_code: int | None = None) -> Response[View]:
    """The view with its ETag."""
    return Response(view, status_code=status_code, headers={"ETag": etag(version)})
