"""The most memory that a process has held."""

import re
from pathlib import Path


def peak_mb(pid: int) -> float:
    """Resident, since its start or since `forget`."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found, f"process {pid} has no memory"
    return int(found[1]) / 1024


def forget(pid: int) -> None:
    """Counts anew from what it holds just now (proc_pid_clear_refs(5))."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
