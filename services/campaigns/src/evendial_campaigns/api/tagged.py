"""Answers that carry the version of what they show."""

from typing import Any, TypeVar

from litestar import Response
from litestar.datastructures import ResponseHeader
from litestar.openapi import ResponseSpec
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from evendial_campaigns.entity_tags import etag

View = TypeVar("View")

ETAG = ResponseHeader(
    name="ETag",
    documentation_only=True,
    description='The version of what is shown, such as `"3"`; send it back as If-Match.',
)


NOT_MODIFIED = ResponseSpec(data_container=None, description="You have this version already.")


def not_modified(version: int) -> Response[Any]:
    """Nothing but the ETag: who asks has it already (RFC 9110, 15.4.5)."""
    return Response(None, status_code=HTTP_304_NOT_MODIFIED, headers={"ETag": etag(version)})


def tagged(view: View, version: int, status_code: int | None = None) -> Response[View]:
    """The view with its ETag."""
    return Response(view, status_code=status_code, headers={"ETag": etag(version)})
