"""Where the next page of a sorted list begins, as the opaque text that its readers hand back."""

import base64
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from evendial_campaigns.core.rejected import invalid

CURSOR_MAX = 2000

BigInt = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Text = Annotated[str, Meta(pattern="^[^\\x00]*$(?!\\n)")]
Instant = Annotated[datetime, Meta(tz=True)]


class Keyset(msgspec.Struct, frozen=True, array_like=True):
    """The sort that a page had, and key and `seq` of its last row; the next page goes on after those."""

    sort: str
    key: Any
    seq: BigInt

    def written(self) -> str:
        """As a cursor."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def read_cursor(cursor: str, sort: str, key: Any) -> Keyset:
    """What a cursor stands for; `key` is the type of the keys of this sort.

    Raises `Rejected` for one that is not ours, or of a list that is sorted otherwise.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        keyset = msgspec.json.decode(base64.b64decode(padded, b"-_", validate=True), type=Keyset)
        if keyset.sort != sort:
            raise invalid("cursor", "belongs to a list that is sorted otherwise")
        return msgspec.structs.replace(keyset, key=msgspec.convert(keyset.key, key))
    except (ValueError, msgspec.MsgspecError):
        raise invalid("cursor", "must be the `next` of the page before") from None
