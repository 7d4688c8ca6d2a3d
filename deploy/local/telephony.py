"""The Asterisks of a stack: those that dial, and the one that plays the carrier with its callees."""

from dataclasses import dataclass, replace
from pathlib import Path

from deploy.local.asterisk import AsteriskInstance, configure_carrier, configure_dialer
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.places import Crew, numbered
from deploy.local.ports import Ports
from deploy.local.services import Dialer
from deploy.local.wires import Wires

_AMI_GIVES_UP_AFTER_S = 2.0  # TCP_USER_TIMEOUT of the originator's link


@dataclass(frozen=True, kw_only=True)
class Telephony:
    """Our own Asterisks, and what the services beside each dialer are told of it."""

    dialers: tuple[AsteriskInstance, ...]
    carrier: AsteriskInstance
    told: tuple[Dialer, ...]

    @property
    def dialer(self) -> AsteriskInstance:
        """The first of those that dial."""
        return self.dialers[0]


async def configure_telephony(
    folder: Path, build: AsteriskBuild, ports: Ports, wires: Wires, crew: Crew, rtp_ports: int
) -> Telephony:
    """A carrier, and a dialer for each originator; none of them is started."""
    carrier = configure_carrier(folder / "carrier", build=build, ports=ports, rtp_ports=rtp_ports)
    dialers, told = [], []
    names = (numbered(name, crew.originators) for name in ("dialer", "originator", "agi"))
    for name, originator, agi in zip(*names, strict=True):
        agi_port = ports.one()
        dialer = configure_dialer(
            folder / name,
            name=name,
            build=build,
            ports=ports,
            agi_port=await wires.lay(name, agi, agi_port),
            carrier_sip_port=carrier.sip_port,
            rtp_ports=rtp_ports,
        )
        ami_port = await wires.lay(originator, name, dialer.ami.port, gives_up_after_s=_AMI_GIVES_UP_AFTER_S)
        ami = replace(dialer.ami, port=ami_port)
        dialers.append(dialer)
        told.append(Dialer(name=name, ami=ami, agi_port=agi_port, prompt_dir=dialer.prompt_dir))
    return Telephony(dialers=tuple(dialers), carrier=carrier, told=tuple(told))
