#!/usr/bin/env bash
# distributed 2026.8.0: LocalCluster(processes=True), and every cluster of workers under a nanny; distributed.deploy.lost-worker-timeout (15 s).
#
# A worker process that dies is started again by its nanny, for as long as it takes. A good guess: so a cluster has its workers back after a while, and
# the timeout, described as that of a lost job, is for workers whose nanny is gone as well. Behaviour: the cluster counts from the death of the process,
# and where the new one has not registered within the timeout, it closes the nanny, and the worker that is just starting with it, for good: the cluster
# is one smaller, no log at the usual level says so, and wait_for_workers waits in vain. A worker that loads for more than 15 s (large imports, a
# preload, a machine with too few cores) is lost with its first death. The setting is read at that moment, so that `with dask.config.set(...)` around
# the making of the cluster has no effect; it must hold as long as the cluster does.
#
# Here the timeout is 3 s, and a preload makes the second start take 8. Seen with distributed 2026.8.0, dask 2026.8.0, Python 3.11,
# Linux x86-64. Fails where that changes. Needs a network that reaches PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -qq --disable-pip-version-check distributed==2026.8.0 dask==2026.8.0
cat > "$folder/slow.py" <<'PYTHON'
import os
import pathlib
import time

marker = pathlib.Path(os.environ["FOLDER"], "late")
time.sleep(8 if marker.exists() else 0)
PYTHON
cat > "$folder/seen.py" <<'PYTHON'
import logging
import os
import pathlib
import signal
import time

import dask
import distributed
from distributed import Client, LocalCluster

MARKER = pathlib.Path(os.environ["FOLDER"], "late")


def after_a_death(around, during):
    with dask.config.set(around):
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL
        )
    with dask.config.set(during), Client(cluster) as client:
        MARKER.touch()
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        time.sleep(20)
        found = len(client.scheduler_info()["workers"])
        MARKER.unlink()
    cluster.close()
    return found


if __name__ == "__main__":
    timeout, preload = "distributed.deploy.lost-worker-timeout", {"distributed.worker.preload": [os.environ["FOLDER"] + "/slow.py"]}
    print("distributed", distributed.__version__, "default", dask.config.get(timeout))
    with dask.config.set(preload):
        for name, around, during in (
            ("3s", {}, {timeout: "3s"}),
            ("60s", {}, {timeout: "60s"}),
            ("60s around the making alone, then 3s", {timeout: "60s"}, {timeout: "3s"}),
        ):
            print(f"{name}: {after_a_death(around, during)} of 2 workers, 20 s after one was killed")
PYTHON
seen=$(FOLDER="$folder" "$folder/env/bin/python" -W ignore "$folder/seen.py")
echo "$seen"
expected='distributed 2026.8.0 default 15s
3s: 1 of 2 workers, 20 s after one was killed
60s: 2 of 2 workers, 20 s after one was killed
60s around the making alone, then 3s: 1 of 2 workers, 20 s after one was killed'
[ "$seen" = "$expected" ] || { echo "this is not what was seen before:"; diff <(echo "$expected") <(echo "$seen"); exit 1; }
echo "as seen before"
