"""Dead letters, as the API says them."""

import msgspec


class SentAgain(msgspec.Struct, frozen=True, kw_only=True):
    """It is on its way once more, and no dead letter for now."""

    seq: int
