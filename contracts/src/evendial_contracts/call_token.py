"""The one channel variable of a call: tells the agi service which sequence to run, and cannot be forged.

Layout, before base64url: command id (16 bytes), campaign id (16), sequence version (4), expiry as Unix
seconds (4), HMAC-SHA-256 of all that, cut to 16 bytes. Always `TOKEN_LENGTH` characters of `[A-Za-z0-9_-]`,
so that it needs no quoting in AMI, AGI or a dialplan.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from struct import Struct
from uuid import UUID

import msgspec

TOKEN_LENGTH = 75
MIN_KEY_BYTES = 32

_CLAIMS = Struct(">16s16sII")
_MAC_BYTES = 16


class CallToken(msgspec.Struct, frozen=True, kw_only=True):
    """Which command was answered and which sequence it was promised."""

    command_id: UUID
    campaign_id: UUID
    sequence_version: int
    expires_at: int


class BadToken(ValueError):
    """Forged, damaged or expired; the message says which."""


def mint(token: CallToken, key: bytes) -> str:
    """Signs a token with the key that originator and agi share."""
    claims = _CLAIMS.pack(
        token.command_id.bytes, token.campaign_id.bytes, token.sequence_version, token.expires_at
    )
    return urlsafe_b64encode(claims + _mac(claims, key)).rstrip(b"=").decode()


def verify(text: str, key: bytes, now: float) -> CallToken:
    """Reads a token; `now` in Unix seconds. Raises `BadToken`."""
    if len(text) != TOKEN_LENGTH or not text.isascii():
        raise BadToken("not a token")
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise BadToken("not a token") from error
    if len(raw) != _CLAIMS.size + _MAC_BYTES:
        raise BadToken("not a token")
    claims, mac = raw[: _CLAIMS.size], raw[_CLAIMS.size :]
    if not hmac.compare_digest(mac, _mac(claims, key)):
        raise BadToken("forged")
    command, campaign, version, expires_at = _CLAIMS.unpack(claims)
    if now >= expires_at:
        raise BadToken("expired")
    return CallToken(
        command_id=UUID(bytes=command),
        campaign_id=UUID(bytes=campaign),
        sequence_version=version,
        expires_at=expires_at,
    )


def _mac(claims: bytes, key: bytes) -> bytes:
    return hmac.digest(key, claims, "sha256")[:_MAC_BYTES]
