"""Files of pages that browsers load: read as a whole, sent with their hash as ETag."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated

import msgspec
from litestar import Response
from litestar.params import HeaderParameter

PACKAGE = "evendial_campaigns"
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
OTHER_TYPE = "text/plain"

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match")]


class File(msgspec.Struct, frozen=True):
    """A file of a page, as it is sent."""

    media_type: str
    content: bytes
    etag: str


def packaged(name: str) -> Traversable:
    """A folder of this package."""
    return resources.files(PACKAGE) / name


def read_file(file: Traversable) -> File:
    """Its media type goes by its suffix."""
    content, (stem, dot, suffix) = file.read_bytes(), file.name.rpartition(".")
    media_type = MEDIA_TYPES.get(f"{dot}{suffix}", OTHER_TYPE) if stem else OTHER_TYPE
    return File(media_type, content, _etag(content))


def with_content(file: File, content: bytes) -> File:
    """The file with another content."""
    return File(file.media_type, content, _etag(content))


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()}"'


def sent(file: File, if_none_match: str | None, headers: dict[str, str] | None = None) -> Response[bytes]:
    """The file, or 304 when who asks has it; browsers keep it and ask each time whether it still holds."""
    all_headers = {"ETag": file.etag, "Cache-Control": "no-cache"} | (headers or {})
    if if_none_match == file.etag:
        return Response(b"", status_code=304, headers=all_headers)
    return Response(file.content, media_type=file.media_type, headers=all_headers)
