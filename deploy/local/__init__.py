"""The one-command stack: real NATS, Postgres and Asterisk as child processes, on loopback, without root."""
