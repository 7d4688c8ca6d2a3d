"""The real services under virtual time, with seeded faults: README.md says how and why."""
