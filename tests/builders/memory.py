"""What a process asks of the system."""

from __future__ import annotations

import resource

import numpy as np


def page_faults(_: object) -> int:
    """How often the system has to find memory for this process, in pages, while it fills an array of 8 MB for the eleventh to twentieth time."""
    for _ in range(10):
        np.ones(1 << 20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        np.ones(1 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
