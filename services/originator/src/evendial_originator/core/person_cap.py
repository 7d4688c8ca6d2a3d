"""Caps on how often one person is called: what the ledger has to keep for them, and for how long."""

from datetime import datetime, timedelta

from evendial_contracts.dialing import DialNumber


def counted_until(command: DialNumber) -> datetime | None:
    """Until when the attempt counts against a cap of its own; None where there is none to count against."""
    hours = max((cap.hours for cap in command.person_caps), default=None)
    return None if hours is None else command.slot_at + timedelta(hours=hours)


def person_lock(person: bytes) -> int:
    """Part of a keyed hash is as good as all of it: two that met would only wait for each other."""
    return int.from_bytes(person[:8], signed=True)
