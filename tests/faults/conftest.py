"""What is too long even in a short version is left to `make soak`."""

from __future__ import annotations

from tests.faults.crew import SOAK

collect_ignore = [] if SOAK else ["test_failover.py"]
