"""The console: the page at `/` where people run their campaigns, and its files below `/console`."""

from collections.abc import Callable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from litestar import Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from evendial_campaigns.api.console_modules import with_modules
from evendial_campaigns.api.static_files import File, IfNoneMatch, packaged, read_file, sent, with_content

FOLDER = "console"
PAGE = "index.html"
AT_ONCE = ("main.js", "pages/campaigns.js")
"""The start, and the page that most people begin with."""
NOT_SERVED = (PAGE, "README.md")

Files = Mapping[str, File]


def console(folder: str | None) -> Router:
    """From this package, read once; or from a folder that somebody works in, read anew each time."""
    files, page = _read_anew(Path(folder)) if folder else _read_once(packaged(FOLDER))

    @get("/", sync_to_thread=False)
    def show_page(if_none_match: IfNoneMatch = None) -> Response[bytes]:
        return sent(page(), if_none_match)

    @get("/console/{name:path}", sync_to_thread=False)
    def show_file(name: FromPath[str], if_none_match: IfNoneMatch = None) -> Response[bytes]:
        inner = name.removeprefix("/")
        file = None if inner in NOT_SERVED else files().get(inner)
        if file is None:
            raise NotFoundException("There is no such file.")
        return sent(file, if_none_match)

    return Router("/", route_handlers=[show_page, show_file], include_in_schema=False)


def _read_once(folder: Traversable) -> tuple[Callable[[], Files], Callable[[], File]]:
    files = dict(_all_below(folder))
    page = _page_of(files)
    return lambda: files, lambda: page


def _read_anew(folder: Path) -> tuple[Callable[[], Files], Callable[[], File]]:
    return lambda: dict(_all_below(folder)), lambda: _page_of(dict(_all_below(folder)))


def _page_of(files: Files) -> File:
    modules = {name: file.content for name, file in files.items() if name.endswith(".js")}
    at_once = [name for name in AT_ONCE if name in modules]
    return with_content(files[PAGE], with_modules(files[PAGE].content, modules, at_once))


def _all_below(folder: Traversable, path: str = "") -> Iterator[tuple[str, File]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _all_below(each, f"{path}{each.name}/")
        else:
            yield f"{path}{each.name}", read_file(each)
