"""What the carrier writes down: each step of a call as it happens, and each call once it has ended."""

import csv
import io
import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from deploy.pbx.core.effects import Cdr, Wire

PACKETS_PER_S = 50
"""RTP packets of 20 ms."""

_POWER_CUT = 0


class WireLog:
    """`journal` has a JSON line per step, `record` a line per ended call as `deploy.local.carrier` reads it.

    `cdr` is not the carrier's: it is what Asterisk itself has of each channel, and a kill loses it.

    Several processes may share one record: it is the carrier that writes it. A journal is of one process:
    what that left open when it was killed is closed when the next one begins.
    """

    def __init__(self, journal: Path, record: Path, cdr: Path) -> None:
        left_open = _left_open(journal)
        self._record_path = record
        self._journal = _appended(journal)
        self._record = _appended(record)
        self._cdr = _appended(cdr)
        self._read = 0
        self._calls: Counter[str] = Counter()
        for line in left_open:
            self._write(line | {"what": "end", "ended": time.time(), "cause": _POWER_CUT})

    def note(self, wire: Wire) -> None:
        """Write one step down, before anybody can hear of it."""
        leg = wire.leg
        answered = leg.answered_at is not None
        self._write(
            {
                "what": wire.what,
                "channel": wire.channel_id,
                "number": leg.number,
                "caller": leg.caller,
                "started": leg.started_at,
                "answered": leg.answered_at,
                "ended": leg.ended_at,
                "cause": leg.cause,
                "rtp_received": round(leg.heard_s * PACKETS_PER_S) if answered else None,
            }
        )

    def news(self) -> Counter[str]:
        """The numbers added to the record since this was last asked, and how often each is in all of it."""
        if self._record_path.stat().st_size == self._read:
            return Counter()
        with self._record_path.open() as file:
            file.seek(self._read)
            text = file.read()
        complete = text[: text.rfind("\n") + 1]
        self._read += len(complete.encode())
        added = Counter(row[0] for row in csv.reader(io.StringIO(complete)))
        self._calls.update(added)
        return Counter({number: self._calls[number] for number in added})

    def note_cdr(self, cdr: Cdr) -> None:
        """Write down what Asterisk itself has of a channel."""
        billed_s = int(cdr.ended_at - cdr.answered_at) if cdr.answered_at else 0
        times = (cdr.started_at, cdr.answered_at or 0, cdr.ended_at)
        cells = (cdr.unique_id, cdr.account, *(f"{time:.6f}" for time in times), billed_s, cdr.disposition)
        self._cdr.write(_csv(cells))

    def close(self) -> None:
        """No more is written."""
        self._cdr.close()
        self._journal.close()
        self._record.close()

    def _write(self, line: dict[str, Any]) -> None:
        self._journal.write(json.dumps(line) + "\n")
        if line["what"] == "end":
            self._record.write(_row(line))


def _row(line: dict[str, Any]) -> str:
    """In the columns of `etc/carrier/cdr_custom.conf`."""
    answered = line["answered"]
    cells = (
        line["number"],
        line["caller"],
        f"{line['started']:.6f}",
        f"{answered or 0:.6f}",
        f"{line['ended']:.6f}",
        "ANSWERED" if answered else "FAILED",
        line["cause"],
        "" if line["rtp_received"] is None else line["rtp_received"],
    )
    return _csv(cells)


def _csv(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _left_open(journal: Path) -> list[dict[str, Any]]:
    if not journal.exists():
        return []
    open_calls: dict[str, dict[str, Any]] = {}
    for text in journal.read_text().splitlines():
        line = json.loads(text)
        if line["what"] == "end":
            open_calls.pop(line["channel"], None)
        else:
            open_calls[line["channel"]] = line
    return list(open_calls.values())


def _appended(path: Path) -> TextIO:
    path.touch(mode=0o600)  # it holds phone numbers
    return path.open("a", buffering=1)
