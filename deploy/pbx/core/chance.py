"""Chance that is none: the same seed and name always give the same figure, in any process."""

import hashlib


def chance(seed: int, name: str) -> float:
    """A figure from 0 to 1, evenly spread over the names."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
