"""The same by dask-jobqueue (pip install dask-jobqueue), which asks SLURM for workers and gives them back: python slurm_jobqueue.py SCENARIO OUT."""

from __future__ import annotations

import sys
from pathlib import Path

from dask.distributed import Client
from dask_jobqueue import SLURMCluster

import countermove as cm


def main(scenario: str, out: str) -> None:
    """Run it on up to 32 jobs of one core."""
    with (
        SLURMCluster(cores=1, processes=1, memory="4GB", walltime="04:00:00", worker_extra_args=["--lifetime", "225m"]) as cluster,
        Client(cluster) as client,
    ):
        cluster.adapt(minimum_jobs=1, maximum_jobs=32)
        client.wait_for_workers(1)
        study = cm.run(cm.read(scenario), cm.RunOptions(out=Path(out), executor=cm.Cluster(client)))
        print(study.findings.regret)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
