"""The Asterisks of a stack: those that dial, and the one that plays the carrier with its callees.

A simulated one does both; several have one record, as they have the callees in common.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.asterisk import AsteriskInstance, configure_carrier, configure_dialer
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.places import Crew, numbered
from deploy.local.ports import Ports
from deploy.local.services import Dialer
from deploy.local.wires import Wires
from deploy.pbx.instance import SimulatedInstance, Simulation, configure_simulated

_AMI_GIVES_UP_AFTER_S = 2.0  # TCP_USER_TIMEOUT of the originator's link


@dataclass(frozen=True, kw_only=True)
class Telephony:
    """Our own Asterisks, and what the services beside each dialer are told of it."""

    dialers: tuple[AsteriskInstance | SimulatedInstance, ...]
    behind: AsteriskInstance | None
    """The carrier; None where the dialers are simulated, since they bring their callees along."""
    told: tuple[Dialer, ...]

    @property
    def dialer(self) -> AsteriskInstance | SimulatedInstance:
        """The first of those that dial."""
        return self.dialers[0]

    @property
    def carrier(self) -> AsteriskInstance:
        """The Asterisk that plays the carrier; a simulated stack has none."""
        assert self.behind is not None, "simulated"
        return self.behind

    @property
    def record(self) -> Path:
        """What the carrier wrote down: see `deploy.local.carrier`."""
        return (self.behind or self.dialer).record

    @property
    def simulated(self) -> bool:
        """Whether there is no telephony at all."""
        return self.behind is None

    @property
    def asterisks(self) -> tuple[AsteriskInstance | SimulatedInstance, ...]:
        """All that are to be started."""
        return (self.behind, *self.dialers) if self.behind else self.dialers


async def configure_telephony(
    folder: Path, build: AsteriskBuild | Simulation, ports: Ports, wires: Wires, crew: Crew, rtp_ports: int
) -> Telephony:
    """A carrier, and a dialer for each originator; none of them is started."""
    if isinstance(build, Simulation):
        return await _configure(
            ports,
            wires,
            crew,
            lambda name, agi_port: configure_simulated(
                folder / name,
                name=name,
                ports=ports,
                agi_port=agi_port,
                record=folder / "calls.csv",
                like=build.like,
                seed=build.seed,
            ),
        )
    carrier = configure_carrier(folder / "carrier", build=build, ports=ports, rtp_ports=rtp_ports)
    telephony = await _configure(
        ports,
        wires,
        crew,
        lambda name, agi_port: configure_dialer(
            folder / name,
            name=name,
            build=build,
            ports=ports,
            agi_port=agi_port,
            carrier_sip_port=carrier.sip_port,
            rtp_ports=rtp_ports,
        ),
    )
    return replace(telephony, behind=carrier)


async def _configure(
    ports: Ports,
    wires: Wires,
    crew: Crew,
    configure: Callable[[str, int], AsteriskInstance | SimulatedInstance],
) -> Telephony:
    dialers, told = [], []
    names = (numbered(name, crew.originators) for name in ("dialer", "originator", "agi"))
    for name, originator, agi in zip(*names, strict=True):
        agi_port = ports.one()
        dialer = configure(name, await wires.lay(name, agi, agi_port))
        ami_port = await wires.lay(originator, name, dialer.ami.port, gives_up_after_s=_AMI_GIVES_UP_AFTER_S)
        ami = replace(dialer.ami, port=ami_port)
        dialers.append(dialer)
        told.append(
            Dialer(
                name=name,
                ami=ami,
                agi_port=agi_port,
                prompt_dir=dialer.prompt_dir,
                cdr_file=dialer.cdr_file,
            )
        )
    return Telephony(dialers=tuple(dialers), behind=None, told=tuple(told))
