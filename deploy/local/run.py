"""`make run`: everything up, the sample dialled, then served until Ctrl-C (`ONCE=1`: ended)."""

import asyncio
import os
from pathlib import Path

from rich.console import Console

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.asterisk_fetch import find_asterisk
from deploy.local.sample import run_sample
from deploy.local.stack import Stack, local_stack
from deploy.local.user import user_of
from deploy.pbx.instance import Simulation

EXIT_OK = 0
EXIT_DISAGREES = 1


class UnknownPbx(Exception):
    """`PBX` asks for what there is not; the message says what there is."""


_OWN_ASTERISK = ("EVENDIAL_AMI_HOST", "EVENDIAL_ORIGINATOR_AMI_HOST")


async def run(console: Console, build: AsteriskBuild | Simulation | None, *, once: bool) -> int:
    """The exit status. Raises ProcessFailed; ends everything when cancelled."""
    asterisk = "a simulated Asterisk" if isinstance(build, Simulation) else "Asterisk"
    with console.status(f"Starting NATS, Postgres, {asterisk} and the four services …") as status:
        async with local_stack(build) as stack:
            status.stop()
            agrees = True
            if stack.telephony is not None:
                agrees = await run_sample(stack, stack.telephony, console)
            if not once:
                await _serve(stack, console)
    return EXIT_OK if agrees else EXIT_DISAGREES


def choose_asterisk(console: Console) -> AsteriskBuild | Simulation | None:
    """Ours, unpacked if need be (a Ctrl-C ends that at once), a simulated one, or None: the operator's own.

    Raises AsteriskUnavailable, UnknownPbx.
    """
    if wanted := os.environ.get("PBX"):
        if wanted != "simulated":
            raise UnknownPbx(
                f"PBX={wanted} is not known: only PBX=simulated is, or none for a real Asterisk."
            )
        console.print(
            "[bold]No telephone is called: Asterisk, the carrier and the callees are simulated.[/bold]"
        )
        return Simulation()
    if any(os.environ.get(name) for name in _OWN_ASTERISK):
        console.print(
            "Using the Asterisk that EVENDIAL_AMI_HOST names; the sample needs our own and is left out."
        )
        return None
    return find_asterisk(progress=console.print)


async def _serve(stack: Stack, console: Console) -> None:
    async with user_of(stack.api) as user:
        sign_ins = await user.sign_ins()
    console.print(
        f"\nThe console is at {stack.api.url}, on this machine alone, the API's page at /schema/docs."
    )
    console.print("Sign in as one of")
    for name, password in sign_ins.items():
        console.print(f"  {name:<6} with the password {password}", highlight=False)
    console.print(f"Their API keys are in {_keys(stack)}")
    console.print(f"Logs are in {stack.folder}. Ctrl-C ends everything and removes that folder.")
    while True:
        stack.parts.check()
        await asyncio.sleep(0.5)


def _keys(stack: Stack) -> Path:
    file = stack.folder / "api-keys.txt"
    file.touch(mode=0o600)
    file.write_text(f"admin {stack.wiring.admin_api_key}\nuser {stack.wiring.user_api_key}\n")
    return file
