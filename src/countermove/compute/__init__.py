"""Where work runs: the executor contract, this machine, a cluster."""
