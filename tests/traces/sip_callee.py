"""A callee that says what it is told to, code by code (RFC 3261 over UDP), where no Asterisk would say it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

_SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
_WITH_SDP = (183, 200)


@dataclass(frozen=True)
class Says:
    """A response to the INVITE, so long after the step before; 200 takes the call."""

    code: int
    after_s: float = 0.0
    headers: tuple[str, ...] = ()
    """Whole lines, such as `Reason: Q.850;cause=3` (RFC 3326)."""


@dataclass(frozen=True)
class HangsUp:
    """A BYE without a `Reason`, so long after the step before."""

    after_s: float


Script = tuple[Says | HangsUp, ...]


@dataclass
class _Dialog:
    """One INVITE: its headers, whence it came, and what was last said to it."""

    headers: Mapping[str, str]
    peer: tuple[str, int]
    contact: str
    tag: str = field(default_factory=lambda: uuid4().hex)
    said: bytes = b""
    over: bool = False


class SipCallee(asyncio.DatagramProtocol):
    """Acts for each INVITE the script of the number that it names; a number without one is 404."""

    def __init__(self, scripts: Mapping[str, Script]) -> None:
        self.invited: list[str] = []
        """The numbers of the INVITEs that came, without repeats of the same call."""
        self.port = 0
        self._scripts = scripts
        self._dialogs: dict[str, _Dialog] = {}
        self._later: list[asyncio.TimerHandle] = []
        self._transport: asyncio.DatagramTransport

    async def start(self, port: int) -> None:
        """Listens on loopback."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, ("127.0.0.1", port))
        self.port = port

    def stop(self) -> None:
        """Says nothing more."""
        for step in self._later:
            step.cancel()
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        first, headers = _read(data)
        method = first.split(" ")[0]
        dialog = self._dialogs.get(headers["call-id"])
        match method:
            case "INVITE" if dialog:
                self._transport.sendto(dialog.said, addr)
            case "INVITE":
                self._invited(first.split(":")[1].split("@")[0], headers, addr)
            case "CANCEL" if dialog and not dialog.over:
                self._transport.sendto(_response(headers, Says(200), dialog), addr)
                self._say(dialog, Says(487))
            case "BYE" if dialog:
                self._transport.sendto(_response(headers, Says(200), dialog), addr)

    def _invited(self, number: str, headers: Mapping[str, str], peer: tuple[str, int]) -> None:
        self.invited.append(number)
        dialog = _Dialog(headers, peer, contact=f"<sip:callee@127.0.0.1:{self.port}>")
        self._dialogs[headers["call-id"]] = dialog
        at = asyncio.get_running_loop().time()
        for step in self._scripts.get(number, (Says(404),)):
            at += step.after_s
            self._later.append(asyncio.get_running_loop().call_at(at, self._act, dialog, step))

    def _act(self, dialog: _Dialog, step: Says | HangsUp) -> None:
        match step:
            case Says() if not dialog.over:
                self._say(dialog, step)
            case HangsUp():
                self._transport.sendto(_bye(dialog), dialog.peer)

    def _say(self, dialog: _Dialog, step: Says) -> None:
        dialog.over = step.code >= 200
        dialog.said = _response(dialog.headers, step, dialog)
        self._transport.sendto(dialog.said, dialog.peer)


def _read(data: bytes) -> tuple[str, dict[str, str]]:
    """The first line, and the headers by lower-case name; of a repeated one (Via) all, each on its line."""
    first, *lines = data.decode().partition("\r\n\r\n")[0].split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        key = line.partition(":")[0].strip().lower()
        headers[key] = f"{headers[key]}\r\n{line}" if key in headers else line
    return first, headers


def _response(headers: Mapping[str, str], step: Says, dialog: _Dialog) -> bytes:
    tagged = ";tag=" in headers["to"] or step.code == 100
    lines = [
        f"SIP/2.0 {step.code} Said",
        *(headers[name] for name in ("via", "from", "call-id", "cseq")),
        headers["to"] + ("" if tagged else f";tag={dialog.tag}"),
        *([f"Contact: {dialog.contact}"] if step.code < 300 else []),
        *step.headers,
    ]
    with_sdp = step.code in _WITH_SDP and headers["cseq"].endswith("INVITE")
    return _message(lines, _SDP if with_sdp else "")


def _bye(dialog: _Dialog) -> bytes:
    caller = dialog.headers["contact"].partition("<")[2].partition(">")[0]
    lines = [
        f"BYE {caller} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK{uuid4().hex}",
        f"From: {_value(dialog.headers['to'])};tag={dialog.tag}",
        f"To: {_value(dialog.headers['from'])}",
        dialog.headers["call-id"],
        "CSeq: 1 BYE",
        "Max-Forwards: 70",
    ]
    return _message(lines, "")


def _message(lines: list[str], body: str) -> bytes:
    kind = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([*lines, *kind, f"Content-Length: {len(body)}", "", body]).encode()


def _value(header: str) -> str:
    return header.partition(":")[2].strip()
