"""Evendial campaigns."""
