"""The path that a GPU takes, over several devices that are all this processor: the same bits."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from builders.places import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
from devices import agreement


@pytest.mark.slow
@pytest.mark.parametrize("devices", [2, 4])
def test_runs_spread_over_devices_are_the_same_to_the_bit(devices: int) -> None:
    """Under every theory that is tried; what is printed is a table that says so."""
    command = [sys.executable, str(ROOT / "benchmarks" / "devices.py"), "--host-devices", str(devices), "--most", "4096"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT / "src")})
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["device"] == f"{devices} x cpu" and list(found["rates"]) == ["4096"]
    assert {row["same"] for row in found["agreement"].values()} == {1.0} and len(found["agreement"]) == 4


def test_what_counts_as_agreement() -> None:
    """To the bit, near, or neither: a run that parted is in neither share, and a mean that moved is told in errors."""
    here = np.stack([np.linspace(0, 100, 1000), np.full(1000, np.nan)]).astype(np.float32)
    assert agreement(here, here) == {"same": 1.0, "near": 1.0, "errors": 0.0}
    rounded = here * np.float32(1 + 1e-6)
    found = agreement(here, rounded)
    assert found["same"] < 0.1 and found["near"] == 1.0 and found["errors"] < 0.01
    parted = here.copy()
    parted[0, :500] += 50
    found = agreement(here, parted)
    assert found["near"] == 0.5 and found["errors"] > 10
