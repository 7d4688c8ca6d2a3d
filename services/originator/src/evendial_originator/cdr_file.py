"""Reads Asterisk's own record of calls, from its end backwards and no further than it must."""

import asyncio
import logging
import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from evendial_originator.core.cdr import ended_at, merged, record_of
from evendial_originator.core.facts import Recorded

logger = logging.getLogger(__name__)

BLOCK = 1 << 16
MOST = 64 << 20
"""Some 500,000 calls: what is further back is not looked for."""
SLACK = timedelta(minutes=1)
"""Records are written when calls end, but not quite in that order."""


class CdrFile:
    """A file of any size that Asterisk appends to, and `<file>.1` where it was rotated. It may be missing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def find(self, channels: Collection[str], since: datetime) -> dict[str, Recorded]:
        """The records of those channels; none of them began before `since`."""
        try:
            return await asyncio.to_thread(self._find, frozenset(channels), since - SLACK)
        except OSError as error:
            logger.warning("CDR file not read", extra={"action": "cdr_not_read", "reason": repr(error)})
            return {}

    def _find(self, channels: frozenset[str], since: datetime) -> dict[str, Recorded]:
        found: list[Recorded] = []
        for block in self._blocks():
            lines = block.decode(errors="replace").splitlines()
            # An id stands second, after its quote; anything else is not worth being parsed.
            ours = [record_of(line) for line in lines if line[1:36] in channels]
            found += [record for record in ours if record]
            oldest = next((at for line in lines if (at := ended_at(line))), None)
            if oldest and oldest < since:
                break
        return merged(found)

    def _blocks(self) -> Iterator[bytes]:
        """Whole lines, the newest block first; a last line that is still being written is left out."""
        left = MOST
        for path in (self._path, self._path.with_name(f"{self._path.name}.1")):
            if not path.exists():
                continue
            with path.open("rb") as file:
                end, rest = file.seek(0, os.SEEK_END), b""
                while end and left > 0:
                    start = max(0, end - BLOCK)
                    file.seek(start)
                    block = file.read(end - start) + rest
                    rest, newline, whole = block.partition(b"\n") if start else (b"", b"", block)
                    rest += newline
                    yield whole[: whole.rfind(b"\n") + 1]
                    left -= end - start
                    end = start
