"""Waiting in tests: a condition with a deadline, never a sleep that hopes."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

Value = TypeVar("Value")


@overload
async def until(
    condition: Callable[[], Awaitable[Value]], *, timeout: float = 10.0, every: float = 0.02
) -> Value: ...


@overload
async def until(condition: Callable[[], Value], *, timeout: float = 10.0, every: float = 0.02) -> Value: ...


async def until(condition: Callable[[], Any], *, timeout: float = 10.0, every: float = 0.02) -> Any:
    """Call `condition` (plain or async) until its result is true, and return that result.

    Raises AssertionError, with the last result, when `timeout` s have passed.
    """
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        value = await result if inspect.isawaitable(result) else result
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{_name(condition)} did not hold within {timeout:g} s; last: {value!r}")
        await asyncio.sleep(every)


def _name(condition: Callable[[], object]) -> str:
    return getattr(condition, "__qualname__", repr(condition))
