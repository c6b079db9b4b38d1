"""The same by dask-jobqueue (pip install dask-jobqueue), which asks SLURM for jobs, and for another where one has ended.

python slurm_jobqueue.py SCENARIO OUT [JOBS]     OUT lies on a disk that all nodes share
"""

from __future__ import annotations

import sys
from pathlib import Path

from dask.distributed import Client
from dask_jobqueue import SLURMCluster

import countermove as cm


def main(scenario: str, out: str, jobs: str = "32") -> None:
    """Run it on that many jobs of one core, beginning with the first that comes. Add queue= and account= where your SLURM wants them."""
    with (
        SLURMCluster(
            cores=1,
            memory="4GB",
            walltime="04:00:00",
            local_directory="/tmp",
            log_directory="slurm-logs",
            # Dask would have a worker give its memory back after every block, and wait for it to be cleared again: a quarter of its time.
            job_script_prologue=["export MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_MMAP_THRESHOLD_=33554432"],
            # Dask's own limit would stop a worker at 80% of its memory; SLURM has one. A worker leaves before its time is up, each at another minute.
            worker_extra_args=["--memory-limit", "0", "--lifetime", "225m", "--lifetime-stagger", "10m"],
            n_workers=1,  # a job that SLURM refuses is an error here; later ones would only be logged
        ) as cluster,
        Client(cluster) as client,
    ):
        cluster.adapt(minimum_jobs=int(jobs), maximum_jobs=int(jobs))  # so many all the time
        client.wait_for_workers(1)
        study = cm.run(cm.read(scenario), cm.RunOptions(out=Path(out), executor=cm.Cluster(client)))
        print(study)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
