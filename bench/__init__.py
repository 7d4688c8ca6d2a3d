"""The scoreboard: Evendial on the real stack, beside a baseline in the same run."""
