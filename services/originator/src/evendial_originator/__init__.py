"""Evendial originator."""
