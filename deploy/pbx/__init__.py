"""A simulated Asterisk with its callees: everything that Evendial needs of one, and no telephony."""
