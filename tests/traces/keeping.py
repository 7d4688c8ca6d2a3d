"""Whether this run records, and what it keeps."""

import os
from collections.abc import Iterable

from deploy.local.asterisk_build import AsteriskBuild
from tests.traces.stage import Played
from tests.traces.trace import path_of, write

VARIABLE = "EVENDIAL_RECORD_TRACES"


def recording() -> bool:
    """Whether the traces are to be written anew."""
    return bool(os.environ.get(VARIABLE))


def keep(build: AsteriskBuild, played: Iterable[Played]) -> None:
    """Writes the traces, where this run records."""
    if not recording():
        return
    for each in played:
        headlines = f"The far end: {each.row.story}", f"Asterisk {build.version}"
        write(path_of(build.major, each.row.name), each.trace, *headlines)
