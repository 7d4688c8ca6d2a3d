"""What the caps on how often one person is called may be."""

CAPS_MAX = 4
ATTEMPTS_MAX = 1_000
HOURS_MAX = 8_784
"""A leap year: so long the ledger keeps the keyed hash of who was called."""
