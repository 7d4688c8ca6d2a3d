"""What the carrier itself wrote down: one line for each call that reached it."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RECORD_COLUMNS = ("number", "caller", "started", "answered", "ended", "disposition", "cause", "rtp_received")
"""The columns of `etc/carrier/cdr_custom.conf`."""


@dataclass(frozen=True, kw_only=True)
class CarrierCall:
    """One call as the carrier saw it. Times are UTC, by the clock of this host."""

    number: str
    caller: str
    started_at: datetime
    """When the INVITE was taken up."""
    answered_at: datetime | None
    ended_at: datetime
    hangup_cause: int
    """Q.850, what the callee gave or the caller's side sent; 0 where neither said anything."""
    rtp_received: int
    """RTP packets that the callee received; 0 for a call that was not answered."""


def read_record(path: Path) -> list[CarrierCall]:
    """The calls that have ended, in the order in which they ended. No file means no call yet."""
    if not path.exists():
        return []
    with path.open(newline="") as lines:
        return [_call(row) for row in csv.DictReader(lines, fieldnames=RECORD_COLUMNS)]


def _call(row: dict[str, str]) -> CarrierCall:
    return CarrierCall(
        number=row["number"],
        caller=row["caller"],
        started_at=_time(row["started"]),
        answered_at=_time(row["answered"]) if float(row["answered"]) else None,
        ended_at=_time(row["ended"]),
        hangup_cause=int(row["cause"] or 0),
        rtp_received=int(row["rtp_received"] or 0),
    )


def _time(seconds: str) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
