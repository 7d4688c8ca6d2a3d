"""Decisions of the scheduler: pure functions, time as an argument."""
