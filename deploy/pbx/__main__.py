"""`python -m deploy.pbx`: a simulated Asterisk for an originator and an agi service of this machine."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from pathlib import Path

import msgspec

from deploy.pbx.control import listen
from deploy.pbx.core.faults import Faults
from deploy.pbx.core.session import Access
from deploy.pbx.core.state import Setup
from deploy.pbx.exchange import Exchange, SimulatedAsterisk

SECRET = "EVENDIAL_AMI_SECRET"


def main() -> int:
    """Exit status: 0 after SIGTERM, 1 when it cannot listen, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m deploy.pbx", description=__doc__)
    parser.add_argument("folder", type=Path, help="for its journal, its control socket and its sounds")
    parser.add_argument("--ami-port", type=int, default=5038)
    parser.add_argument("--ami-user", default="evendial", help=f"its secret is in {SECRET}")
    parser.add_argument("--agi-port", type=int, default=4573)
    parser.add_argument("--record", type=Path, help="the carrier's record (default: calls.csv in the folder)")
    parser.add_argument("--seed", type=int, default=1, help="picks the order of simultaneous events")
    parser.add_argument("--like", type=int, choices=(16, 22), default=22, help="the Asterisk to be like")
    parser.add_argument("--boot-s", type=float, default=0.0, help="from the start to FullyBooted")
    parser.add_argument(
        "--faults", default="{}", help="what goes wrong from the start on, as JSON: README.md"
    )
    options = parser.parse_args()
    secret = os.environ.get(SECRET, "")
    if not secret:
        print(f"{SECRET} must be set.", file=sys.stderr)
        return 2
    try:
        faults = msgspec.json.decode(options.faults, type=Faults)
    except msgspec.DecodeError as error:
        parser.error(f"--faults: {error}")
    try:
        asyncio.run(_serve(_exchange(options, secret), faults, options.folder))
    except OSError as error:
        print(f"The simulated Asterisk cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _exchange(options: argparse.Namespace, secret: str) -> Exchange:
    folder: Path = options.folder
    return Exchange(
        ami_port=options.ami_port,
        access=Access(user=options.ami_user, secret=secret),
        agi_port=options.agi_port,
        sounds=folder / "sounds",
        journal=folder / "wire.jsonl",
        record=options.record or folder / "calls.csv",
        cdr=folder / "evendial.csv",
        setup=Setup(
            major=options.like,
            seed=options.seed,
            boot_s=options.boot_s,
            agi_address=f"127.0.0.1:{options.agi_port}",
        ),
    )


async def _serve(exchange: Exchange, faults: Faults, folder: Path) -> None:
    simulated = SimulatedAsterisk(exchange)
    simulated.fail(faults)
    await simulated.start()
    control = await listen(folder / "control", simulated)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, simulated.shut_down)
    gc.freeze()
    await simulated.down.wait()
    control.close()
    await simulated.close()


if __name__ == "__main__":
    sys.exit(main())
