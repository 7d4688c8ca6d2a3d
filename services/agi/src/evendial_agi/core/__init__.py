"""Pure decisions of the agi service: no I/O, no clock."""
