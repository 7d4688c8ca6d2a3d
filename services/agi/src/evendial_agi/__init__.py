"""Runs a campaign's sequence of actions on each answered call, over FastAGI."""
