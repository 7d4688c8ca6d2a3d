"""What the simulated Asterisk and its callees do: functions of state, input and now, no input or output.

Times are seconds since the epoch (UTC).
"""
