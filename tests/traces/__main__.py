"""`python -m tests.traces`: live through every row of the truth table, and keep what AMI said.

Needs Asterisk 22 and 16 (unpacked by itself on Debian) and two minutes. Read the changes before a commit.
"""

import os
import sys

import pytest

from tests.traces.keeping import VARIABLE
from tests.traces.table import refresh

os.environ[VARIABLE] = "1"
status = pytest.main(["-q", "tests/integration/originator/test_outcome_table.py"])
refresh()
sys.exit(status)
