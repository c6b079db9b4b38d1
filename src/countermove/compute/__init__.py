"""Where work runs: the executor contract, this machine, a cluster."""

from countermove.compute.cluster import Cluster
from countermove.compute.connect import Workers, executor_at, wrong_executor
from countermove.compute.executor import Executor, Progress
from countermove.compute.local import Local, cores

__all__ = ["Cluster", "Executor", "Local", "Progress", "Workers", "cores", "executor_at", "wrong_executor"]
