"""A judge of the scheduler, written from the rules."""
