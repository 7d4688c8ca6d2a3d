"""The origin's way: a call file for each number, whose time of modification is its slot, laid beforehand."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.asterisk import AsteriskInstance
from deploy.local.stack import Stack
from deploy.local.user import CALLER_ID

CALL_FILE = """Channel: PJSIP/{number}@carrier
CallerID: {caller_id}
MaxRetries: 0
RetryTime: 1
WaitTime: 10
Application: Wait
Data: 60
"""
LAID_BEFORE_S = 2.0


def dialer_of(stack: Stack) -> AsteriskInstance:
    """The real Asterisk that dials."""
    assert stack.telephony
    dialer = stack.telephony.dialer
    assert isinstance(dialer, AsteriskInstance)
    return dialer


async def dial(stack: Stack, numbers: Sequence[str], calls_per_minute: int) -> dict[str, float]:
    """Has the spooler of the running Asterisk call each number at its slot; the slots, in Unix seconds."""
    dialer, gap, start = dialer_of(stack), 60 / calls_per_minute, time.time() + LAID_BEFORE_S
    spool = dialer.folder / "spool"
    make_folders(spool)
    await dialer.cli("module load pbx_spool.so")
    planned = {number: start + position * gap for position, number in enumerate(numbers)}
    lay(spool, planned)
    await asyncio.sleep(LAID_BEFORE_S + len(numbers) * gap + 3)
    return planned


def make_folders(spool: Path) -> None:
    """What the spooler looks into, and where files are written before."""
    for folder in ("tmp", "outgoing"):
        (spool / folder).mkdir(exist_ok=True)


def lay(spool: Path, planned: Mapping[str, float]) -> None:
    """As the origin's script did: written aside, then moved."""
    for number, slot in planned.items():
        file = spool / "tmp" / f"{number}.call"
        file.write_text(CALL_FILE.format(number=number, caller_id=CALLER_ID))
        os.utime(file, (slot, slot))
        file.rename(spool / "outgoing" / file.name)
