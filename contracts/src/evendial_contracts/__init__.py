"""Evendial contracts."""
