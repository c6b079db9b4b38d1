"""What this processor can do at most (hardware.c): float32 multiply-adds a second and bytes through memory a second, on so many cores.

python benchmarks/hardware.py WORKERS    the last line printed is JSON
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from kernel import FLAGS, built

SUMS, TIMES = 24, 400_000  # as in hardware.c
NUMBERS = 1 << 24  # of each of three arrays: 64 MiB, more than any cache of a core
REPEATS = 15


def vector() -> int:
    """Float32 numbers in the widest vector that the processor has."""
    info = Path("/proc/cpuinfo")
    facts = info.read_text(encoding="utf-8", errors="replace") if info.exists() else ""
    return 16 if "avx512f" in facts else 8 if "avx2" in facts else 4


def pointer(array: np.ndarray) -> ctypes.c_void_p:
    """Where an array begins."""
    return ctypes.c_void_p(array.ctypes.data)


def fastest(work: Callable[[int], object], amount: float, workers: int, clock: Callable[[], float]) -> float:
    """The highest rate of so many threads at once, each doing `amount`."""
    rates: list[float] = []
    with ThreadPoolExecutor(workers) as pool:
        for _ in range(REPEATS):
            began = clock()
            list(pool.map(work, range(workers)))
            rates.append(workers * amount / (clock() - began))
    return max(rates)


def measured(workers: int) -> dict[str, float]:
    """`flops` and `bytes` a second of the wall's clock, and `flops_cpu` a second of processor: of one core whatever the number of workers."""
    lanes = vector()
    library = ctypes.CDLL(str(built("hardware", sources=("hardware.c",), flags=(*FLAGS, f"-DVECTOR={lanes}"))))
    library.multiply_adds.restype = ctypes.c_float
    arrays = [[np.ones(NUMBERS, np.float32) for _ in range(3)] for _ in range(workers)]

    def add(_: int) -> float:
        return library.multiply_adds(ctypes.c_long(TIMES))

    def triad(worker: int) -> None:
        library.triad(*map(pointer, arrays[worker]), ctypes.c_float(2.0), ctypes.c_size_t(NUMBERS))

    flops = 2.0 * SUMS * lanes * TIMES
    return {
        "flops": fastest(add, flops, workers, time.perf_counter),
        "flops_cpu": fastest(add, flops, workers, time.process_time),
        "bytes": fastest(triad, 12.0 * NUMBERS, workers, time.perf_counter),
    }


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
