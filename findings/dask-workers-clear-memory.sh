#!/usr/bin/env bash
# distributed 2026.8.0 with NumPy 2.3.5: workers under a nanny (LocalCluster(processes=True), `dask worker`); MALLOC_TRIM_THRESHOLD_.
#
# Dask starts its workers with MALLOC_TRIM_THRESHOLD_=65536, so that memory which is free goes back to the system. A good guess: that concerns the memory
# at the end of the heap. Behaviour: in glibc any value of it also ends the adaptation of another threshold, that from which on an array has pages of
# its own; it stays at 128 KiB, where a process without Dask comes to 32 MiB by itself. So each array of more than 128 KiB is mapped, cleared page by
# page by the system, and given back, every time: code of many such arrays spends a quarter of its time on that, and more where workers share a
# machine. A larger MALLOC_TRIM_THRESHOLD_ alone changes nothing; MALLOC_MMAP_THRESHOLD_ has to be set as well.
# And only the first cluster of a process can be told so by Dask's own setting (distributed.nanny.pre-spawn-environ): to start workers leaves its values
# in the environment of the process that starts them, and what stands there is preferred to the setting from then on.
#
# Seen with distributed 2026.8.0, dask 2026.8.0, numpy 2.3.5, Python 3.11, glibc 2.36, Linux x86-64. Fails where that changes. Needs a network that
# reaches PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -qq --disable-pip-version-check distributed==2026.8.0 dask==2026.8.0 numpy==2.3.5
cat > "$folder/seen.py" <<'PYTHON'
import logging
import os
import resource
import sys

import dask
import distributed
import numpy as np
from distributed import Client, LocalCluster

TRIM, MMAP = "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"


def cleared():
    """The share of the pages of an array of 2 MiB that the system clears again, each time that such an array is made."""

    def faults():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(100):
            np.ones(1 << 18)
        return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 100 / 512

    faults()
    share = faults()
    return "none" if share < 0.1 else "all" if share > 0.9 else f"{share:.0%}"


def in_a_worker(**sizes):
    with dask.config.set({f"distributed.nanny.pre-spawn-environ.{name}": size for name, size in sizes.items()}):
        cluster = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL)
    with cluster, Client(cluster) as client:
        return client.submit(cleared).result(), client.submit(os.environ.get, TRIM).result()


if __name__ == "__main__":
    case = sys.argv[1]
    if case == "plain":
        print("a process without Dask:", cleared())
    if case == "usual":
        print("a worker as it comes:", *in_a_worker(), "and left in the environment of the process:", os.environ.get(TRIM))
    if case == "trim":
        print("trimmed from 1 GiB on alone:", *in_a_worker(**{TRIM: 1 << 30}))
    if case == "both":
        print("and 32 MiB for arrays apart:", *in_a_worker(**{TRIM: 1 << 30, MMAP: 1 << 25}))
    if case == "second":
        in_a_worker()
        print("the same in a second cluster:", *in_a_worker(**{TRIM: 1 << 30, MMAP: 1 << 25}))
PYTHON
unset MALLOC_TRIM_THRESHOLD_ MALLOC_MMAP_THRESHOLD_
seen=$(for case in plain usual trim both second; do "$folder/env/bin/python" -W ignore "$folder/seen.py" "$case"; done)
echo "pages of an array of 2 MiB that the system clears again, and MALLOC_TRIM_THRESHOLD_ of the worker"
echo "$seen"
expected='a process without Dask: none
a worker as it comes: all 65536 and left in the environment of the process: 65536
trimmed from 1 GiB on alone: all 1073741824
and 32 MiB for arrays apart: none 1073741824
the same in a second cluster: all 65536'
[ "$seen" = "$expected" ] || { echo "this is not what was seen before:"; diff <(echo "$expected") <(echo "$seen"); exit 1; }
echo "as seen before"
