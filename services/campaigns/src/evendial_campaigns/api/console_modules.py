"""The modules that the console's page needs at once: named in it, they come side by side, not in a row."""

import posixpath
import re
from collections.abc import Mapping, Sequence

PLACE = b"<!-- modules -->"
"""Where the page names them."""

_imported = re.compile(rb'^(?:import|export)\b[^"()]*"(\.[^"]+)"', re.MULTILINE).findall


def with_modules(page: bytes, modules: Mapping[str, bytes], begin_with: Sequence[str]) -> bytes:
    """The page, naming the modules to begin with and all that these import, by their paths below /console."""
    links = [f'<link rel="modulepreload" href="/console/{name}">' for name in _all_of(modules, begin_with)]
    return page.replace(PLACE, "\n".join(links).encode())


def _all_of(modules: Mapping[str, bytes], begin_with: Sequence[str]) -> list[str]:
    found = list(begin_with)
    for name in found:
        imported = (
            posixpath.normpath(f"{posixpath.dirname(name)}/{each.decode()}".lstrip("/"))
            for each in _imported(modules[name])
        )
        found += [each for each in dict.fromkeys(imported) if each not in found and each in modules]
    return found
