"""A simulated Asterisk as a part of the local stack: it dials, and it is the carrier, too."""

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from deploy.local.ami import AmiAccess, is_fully_booted
from deploy.local.ports import Ports
from deploy.local.processes import Process
from deploy.pbx.core.faults import NONE, Faults

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Asked for in place of a real Asterisk: which version to be like, and what picks the order of events."""

    like: int = 22
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class SimulatedInstance:
    """A configured one. `start` may follow `stop` or `kill`: port, files, secret and calls so far stay."""

    name: str
    folder: Path
    ami: AmiAccess
    agi_port: int
    record: Path
    """The carrier's; several may share it."""
    like: int = 22
    seed: int = 1
    boot_s: float = 0.0
    faults: Faults = NONE
    """What goes wrong from each start on."""

    @property
    def prompt_dir(self) -> Path:
        """Below its sounds, as with a real one."""
        return self.folder / "sounds/evendial"

    @property
    def cdr_file(self) -> Path:
        """What it wrote down of its calls itself, for the originator; a kill loses those that were up."""
        return self.folder / "evendial.csv"

    @property
    def journal(self) -> Path:
        """A JSON line for each step of each call, as it happened."""
        return self.folder / "wire.jsonl"

    @property
    def control(self) -> Path:
        """Takes the orders of `deploy.pbx.control`."""
        return self.folder / "control"

    async def start(self) -> Process:
        """Run it, and wait until it can place calls."""
        process = Process.start(
            [sys.executable, "-m", "deploy.pbx", self.folder, *self._options()],
            name=self.name,
            log=self.folder / "output.log",
            env={"PATH": os.environ.get("PATH", ""), "EVENDIAL_AMI_SECRET": self.ami.secret},
            cwd=_ROOT,
        )
        await process.until_ready(lambda: is_fully_booted(self.ami), timeout=30)
        return process

    def _options(self) -> list[str]:
        options = {
            "--ami-port": self.ami.port,
            "--ami-user": self.ami.user,
            "--agi-port": self.agi_port,
            "--record": self.record,
            "--like": self.like,
            "--seed": self.seed,
            "--boot-s": self.boot_s,
            "--faults": msgspec.json.encode(self.faults).decode(),
        }
        return [f"{name}={value}" for name, value in options.items()]


def configure_simulated(
    folder: Path,
    *,
    ports: Ports,
    agi_port: int,
    name: str = "dialer",
    record: Path | None = None,
    like: int = 22,
    seed: int = 1,
    boot_s: float = 0.0,
    faults: Faults = NONE,
) -> SimulatedInstance:
    """An Asterisk for one originator that hands answered calls to `agi_port`; its callees come with it."""
    folder.mkdir(mode=0o700)  # it holds phone numbers
    (folder / "sounds/evendial").mkdir(parents=True)
    return SimulatedInstance(
        name=name,
        folder=folder,
        ami=AmiAccess(host="127.0.0.1", port=ports.one(), user="evendial", secret=secrets.token_hex(16)),
        agi_port=agi_port,
        record=record or folder / "calls.csv",
        like=like,
        seed=seed,
        boot_s=boot_s,
        faults=faults,
    )
