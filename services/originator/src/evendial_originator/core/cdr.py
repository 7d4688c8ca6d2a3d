"""Asterisk's call detail records, a line per call, as `deploy/asterisk/evendial-cdr.conf` has them."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime

from evendial_contracts.calls import Disposition

from evendial_originator.core.facts import Recorded
from evendial_originator.core.originate import CHANNEL_ID

_COLUMNS = 7
"""uniqueid, accountcode, start, answer, end, billsec, disposition; times in seconds since 1970, UTC."""

_DISPOSITIONS = {
    "ANSWERED": Disposition.ANSWERED,
    "BUSY": Disposition.BUSY,
    "NO ANSWER": Disposition.NO_ANSWER,
    "FAILED": Disposition.FAILED_SYSTEM,
    "CONGESTION": Disposition.CONGESTION,
}
"""Asterisk's words (main/cdr.c, ast_cdr_disp2str)."""


def record_of(line: str) -> Recorded | None:
    """The record of a call of ours; None for anything else, a line that was cut off included."""
    fields = next(csv.reader([line]), [])
    if len(fields) != _COLUMNS or not CHANNEL_ID.fullmatch(fields[0]):
        return None
    disposition = _DISPOSITIONS.get(fields[6])
    started_at, answered_at, ended_at = (_time(field) for field in fields[2:5])
    if disposition is None or started_at is None or ended_at is None:
        return None
    return Recorded(
        channel_id=fields[0],
        at=ended_at,
        disposition=disposition,
        started_at=started_at,
        answered_at=answered_at,
    )


def ended_at(line: str) -> datetime | None:
    """When the call of a line ended, whosever call it was."""
    fields = next(csv.reader([line]), [])
    return _time(fields[4]) if len(fields) == _COLUMNS else None


def merged(records: Iterable[Recorded]) -> dict[str, Recorded]:
    """One for each channel: an IVR may leave several, and then an answer anywhere is an answer."""
    found: dict[str, Recorded] = {}
    for record in records:
        other = found.get(record.channel_id)
        found[record.channel_id] = _both(other, record) if other else record
    return found


def _both(one: Recorded, other: Recorded) -> Recorded:
    answers = [each.answered_at for each in (one, other) if each.answered_at]
    first = min(one, other, key=lambda each: (each.answered_at is None, each.at))
    return Recorded(
        channel_id=one.channel_id,
        at=max(one.at, other.at),
        disposition=first.disposition,
        started_at=min(one.started_at, other.started_at),
        answered_at=min(answers) if answers else None,
    )


def _time(seconds: str) -> datetime | None:
    """None for what is not there: Asterisk writes zero."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC) if float(seconds) else None
    except (ValueError, OverflowError, OSError):
        return None
