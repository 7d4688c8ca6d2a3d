"""The page that shows the OpenAPI document to people; all of it comes from here."""

from litestar import Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from evendial_campaigns.api.static_files import IfNoneMatch, packaged, read_file, sent

FOLDER = "reference"
PAGE = "index.html"
ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "page.css", "start.js")
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
"""`data:` is for the icons that Swagger UI has in its style sheet."""

HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}


def reference(path: str) -> Router:
    """The page at that path, and its files below it."""
    folder = packaged(FOLDER)
    files = {name: read_file(folder / name) for name in ASSETS}
    page = read_file(folder / PAGE)

    @get("/", sync_to_thread=False)
    def show_page(if_none_match: IfNoneMatch = None) -> Response[bytes]:
        return sent(page, if_none_match, HEADERS)

    @get("/{name:str}", sync_to_thread=False)
    def show_file(name: FromPath[str], if_none_match: IfNoneMatch = None) -> Response[bytes]:
        if name not in files:
            raise NotFoundException("There is no such file.")
        return sent(files[name], if_none_match, HEADERS)

    return Router(path, route_handlers=[show_page, show_file], include_in_schema=False)
