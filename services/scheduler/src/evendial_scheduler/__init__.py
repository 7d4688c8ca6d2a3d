"""Evendial scheduler."""
