"""A part of a long list, and where the next one begins."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import asyncpg
import msgspec

Item = TypeVar("Item")
Other = TypeVar("Other")


class Window(msgspec.Struct, frozen=True):
    """Which part is asked for: `limit` rows after the one whose `seq` is `cursor`."""

    limit: int = 100
    cursor: int | None = None


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """Some rows; `next` is the cursor of the following page, None on the last one. What it holds is ours."""

    items: list[Item]
    next: str | None

    @staticmethod
    def of(
        rows: Sequence[asyncpg.Record], window: Window, build: Callable[[asyncpg.Record], Other]
    ) -> "Page[Other]":
        """From rows with a `seq`, of which one more than the limit was fetched."""
        shown = rows[: window.limit]
        following = str(shown[-1]["seq"]) if len(rows) > window.limit else None
        return Page([build(row) for row in shown], following)
