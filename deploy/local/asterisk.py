"""One Asterisk in a run folder of its own, on loopback: the dialer, or the carrier with its callees."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ami import AmiAccess, is_fully_booted
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.ports import Ports
from deploy.local.processes import Process

_TEMPLATES = Path(__file__).parent / "etc"
_OPERATOR_TEMPLATES = Path(__file__).parents[1] / "asterisk"
_FOLDERS = ("etc", "lib", "keys", "data/sounds/evendial", "agi-bin", "spool", "run", "log/cdr-custom")
_EMPTY = ("acl", "ccss", "dnsmgr", "features", "pjproject", "sorcery", "stasis", "udptl", "websocket_client")


@dataclass(frozen=True, kw_only=True)
class AsteriskInstance:
    """A configured Asterisk. `start` may follow `stop` or `kill`: ports, files and secrets stay."""

    name: str
    folder: Path
    build: AsteriskBuild
    ami: AmiAccess
    sip_port: int

    @property
    def prompt_dir(self) -> Path:
        """Below its sounds: `STREAM FILE evendial/<file>` plays what lies there, and so does a full path."""
        return self.folder / "data/sounds/evendial"

    @property
    def record(self) -> Path:
        """What a carrier wrote down of its calls: see `deploy.local.carrier`."""
        return self.folder / "log/cdr-custom/calls.csv"

    @property
    def cdr_file(self) -> Path:
        """What a dialer wrote down of its calls, for the originator."""
        return self.folder / "log/cdr-custom/evendial.csv"

    async def start(self) -> Process:
        """Run it as the calling user, and wait until it has booted."""
        process = Process.start(
            self.build.argv("-f", "-C", self.folder / "etc/asterisk.conf"),
            name=self.name,
            log=self.folder / "log/output.log",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd=self.folder,
        )
        await process.until_ready(lambda: is_fully_booted(self.ami), timeout=30)
        return process

    async def cli(self, command: str) -> str:
        """What the console prints for `command`, by the control socket of this instance."""
        argv = self.build.argv("-C", self.folder / "etc/asterisk.conf", "-rx", command)
        process = await asyncio.create_subprocess_exec(
            *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await process.communicate()
        return output.decode(errors="replace")


def configure_dialer(
    folder: Path,
    *,
    build: AsteriskBuild,
    ports: Ports,
    agi_port: int,
    carrier_sip_port: int,
    rtp_ports: int = 100,
    name: str = "dialer",
) -> AsteriskInstance:
    """An Asterisk for one originator: trunks `carrier` and `deadtrunk`, answered calls go to `agi_port`."""
    values = {
        "AGI_ADDRESS": f"127.0.0.1:{agi_port}",
        "CARRIER_SIP_PORT": str(carrier_sip_port),
        "DEAD_SIP_PORT": str(ports.one()),
    }
    return _configure(folder, "dialer", name, build, ports, rtp_ports, values)


def configure_carrier(
    folder: Path, *, build: AsteriskBuild, ports: Ports, rtp_ports: int = 100
) -> AsteriskInstance:
    """An Asterisk that plays the carrier and the callees; the dialled number picks the behaviour."""
    return _configure(folder, "carrier", "carrier", build, ports, rtp_ports, {})


def _configure(
    folder: Path,
    role: str,
    name: str,
    build: AsteriskBuild,
    ports: Ports,
    rtp_ports: int,
    values: Mapping[str, str],
) -> AsteriskInstance:
    ami = AmiAccess(host="127.0.0.1", port=ports.one(), user="evendial", secret=secrets.token_hex(16))
    instance = AsteriskInstance(name=name, folder=folder, build=build, ami=ami, sip_port=ports.one())
    rtp = ports.neighbours(rtp_ports)
    _make_folders(folder, build)
    common = {
        "RUN": str(folder),
        "MODULES": str(build.modules),
        "AMI_PORT": str(ami.port),
        "AMI_USER": ami.user,
        "AMI_SECRET": ami.secret,
        "AMI_PERMIT": "127.0.0.1/255.255.255.255",
        "SIP_PORT": str(instance.sip_port),
        "RTP_FIRST": str(rtp[0]),
        "RTP_LAST": str(rtp[-1]),
    }
    _write_configuration(folder / "etc", role, {**common, **values})
    _keep_modules(folder / "etc", build.modules)
    return instance


def _make_folders(folder: Path, build: AsteriskBuild) -> None:
    folder.mkdir(mode=0o700)  # it holds the AMI secret
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True)
    for source in build.data.iterdir():
        if source.name != "sounds":
            (folder / "data" / source.name).symlink_to(source)
    for language in (build.data / "sounds").iterdir():
        (folder / "data/sounds" / language.name).symlink_to(language)


def _write_configuration(etc: Path, role: str, values: Mapping[str, str]) -> None:
    for name in _EMPTY:
        (etc / f"{name}.conf").touch()  # a missing file would be a warning in the log
    templates = [_TEMPLATES / "common", _TEMPLATES / role, _OPERATOR_TEMPLATES]
    for template in (file for folder in templates for file in sorted(folder.glob("*.conf"))):
        text = template.read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        (etc / template.name).write_text(text)


def _keep_modules(etc: Path, modules: Path) -> None:
    """Leave out what this version does not have: a module that is missing is an error in the log."""
    lines = (etc / "modules.conf").read_text().splitlines()
    kept = [line for line in lines if not line.startswith("load") or (modules / line.split()[-1]).exists()]
    (etc / "modules.conf").write_text("\n".join(kept) + "\n")
