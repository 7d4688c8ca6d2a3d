"""CPU time of the parts of a stack, by the kernel's own account."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.services import SERVICES
from deploy.local.stack import Stack

OURS = (*SERVICES, "nats", "postgres")
"""What a call costs us; the Asterisks are what it costs anybody."""
ASTERISKS = ("dialer", "carrier")
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _OF_CHILDREN = 1, 11, 15


def seconds_of(stack: Stack, parts: Iterable[str]) -> dict[str, float]:
    """User and system time so far of each part, with all that it has started."""
    processes = _processes()
    return {part: _family_s(stack.parts.process(part).pid, processes) for part in parts}


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The difference, in seconds."""
    return {part: after[part] - before[part] for part in before}


def _family_s(pid: int, processes: Mapping[int, list[str]]) -> float:
    """With what children that have ended had used: proc_pid_stat(5)."""
    family = [pid]
    for member in family:
        family += [child for child, stat in processes.items() if int(stat[_PARENT]) == member]
    ticks = sum(int(field) for member in family for field in processes[member][_USER:_OF_CHILDREN])
    return ticks / _TICKS_A_SECOND


def _processes() -> dict[int, list[str]]:
    """What stands behind the name in each /proc/<pid>/stat: state, parent, …"""
    found: dict[int, list[str]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(stat.parent.name)] = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
    return found
