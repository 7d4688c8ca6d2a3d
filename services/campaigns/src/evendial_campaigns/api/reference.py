"""The page that shows the OpenAPI document to people; all of it comes from here."""

import hashlib
from importlib import resources
from typing import Annotated

import msgspec
from litestar import Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, HeaderParameter

PACKAGE = "evendial_campaigns"
PAGE = "index.html"
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "page.css": "text/css",
    "start.js": "text/javascript",
}
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
"""`data:` is for the icons that Swagger UI has in its style sheet."""

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match")]


class File(msgspec.Struct, frozen=True):
    """A file of the page, as it is sent."""

    media_type: str
    content: bytes
    etag: str


def reference(path: str) -> Router:
    """The page at that path, and its files below it."""
    files = {name: _read(name, kind) for name, kind in ASSETS.items()}
    page = _read(PAGE, "text/html")

    @get("/", sync_to_thread=False)
    def show_page(if_none_match: IfNoneMatch = None) -> Response[bytes]:
        return _sent(page, if_none_match)

    @get("/{name:str}", sync_to_thread=False)
    def show_file(name: FromPath[str], if_none_match: IfNoneMatch = None) -> Response[bytes]:
        if name not in files:
            raise NotFoundException("There is no such file.")
        return _sent(files[name], if_none_match)

    return Router(path, route_handlers=[show_page, show_file], include_in_schema=False)


def _read(name: str, media_type: str) -> File:
    content = (resources.files(PACKAGE) / "reference" / name).read_bytes()
    return File(media_type, content, f'"{hashlib.sha256(content).hexdigest()}"')


def _sent(file: File, if_none_match: str | None) -> Response[bytes]:
    headers = {
        "ETag": file.etag,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    }
    if if_none_match == file.etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
