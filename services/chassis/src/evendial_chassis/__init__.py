"""Evendial chassis."""
