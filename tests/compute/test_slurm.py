"""The how-to for clusters, as far as it can be done here: SLURM for real on one node; the manifest and the image by what they name."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import countermove as cm
from builders.places import ROOT, SMALL_FILE
from builders.saved import contents
from countermove.compute import Workers, executor_at
from countermove.questions.options import RunOptions
from countermove.questions.run import streaming
from countermove.store import load

FILES = ROOT / "docs" / "how-to" / "cluster"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}{os.pathsep}/usr/sbin"
MISSING = [name for name in ("slurmctld", "slurmd", "munged", "sbatch") if shutil.which(name, path=PATH) is None]


def test_the_manifest_is_of_one_image_and_one_disk() -> None:
    """Scheduler, workers and the job: the image of the Dockerfile's tag, the address of the service, the folder that all share."""
    claim, cluster, job = yaml.safe_load_all((FILES / "kubernetes.yaml").read_text(encoding="utf-8"))
    pods = [cluster["spec"]["worker"]["spec"], cluster["spec"]["scheduler"]["spec"], job["spec"]["template"]["spec"]]
    (image,) = {one["image"] for pod in pods for one in pod["containers"]}
    docker = (FILES / "Dockerfile").read_text(encoding="utf-8")
    version = re.search(r"^version = \"(.+)\"$", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert version is not None and image == f"countermove:{version[1]}" and f"-t {image} ." in docker
    for pod in (pods[0], pods[2]):
        assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
        assert pod["containers"][0]["volumeMounts"] == [{"name": "shared", "mountPath": "/shared"}]
    service = cluster["spec"]["scheduler"]["service"]["ports"][0]
    words = pods[2]["containers"][0]["args"]
    assert f"--executor=dask://{cluster['metadata']['name']}-scheduler:{service['port']}" in words
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    told = subprocess.run(
        ["countermove", "run", "--help"], capture_output=True, text=True, env=os.environ | {"PATH": PATH}, check=True
    )
    assert all(option in told.stdout for option in options) and all((ROOT / name).exists() for name in ("constraints.txt",))


@pytest.fixture
def slurm(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A SLURM of one node; the environment in which its commands know it."""
    command = [str(ROOT / "scripts" / "one_node_slurm")]
    subprocess.run([*command, "start", str(tmp_path / "slurm")], check=True, timeout=90)
    environment = os.environ | {"SLURM_CONF": str(tmp_path / "slurm" / "slurm.conf"), "PATH": PATH}
    yield environment
    subprocess.run(["scancel", "--user", "root"], env=environment, check=False, timeout=30)
    subprocess.run([*command, "stop", str(tmp_path / "slurm")], check=True, timeout=30)


@pytest.mark.slow
@pytest.mark.skipif(
    bool(MISSING), reason=f"NO SLURM HERE ({', '.join(MISSING)}): apt-get install slurmctld slurmd slurm-client munge"
)
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="NO DASK HERE: pip install 'countermove[cluster]'")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_job_array_of_slurm_gives_the_same_bytes(tmp_path: Path, slurm: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of the how-to, as it is, with two workers; one of the two jobs is cancelled in the middle."""
    monkeypatch.setattr(streaming, "BLOCK", 160)
    monkeypatch.setattr(streaming, "HELD", 0)
    options = RunOptions(draws=400, lucks=4, seed=7, full=False)
    said: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    address = tmp_path / "scheduler.json"
    with subprocess.Popen(
        ["dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address)],
        env=slurm,
        **said,
    ) as scheduler:
        try:
            for _ in range(600):
                if address.exists() and address.read_text(encoding="utf-8"):
                    break
                time.sleep(0.1)
            (place,) = re.findall(r"tcp://(127\.0\.0\.1:\d+)", address.read_text(encoding="utf-8"))[:1]
            asked = ["sbatch", "--parsable", "--array=1-2", f"--output={tmp_path}/job-%a.txt", str(FILES / "workers.sbatch"), place]
            job = subprocess.run(asked, env=slurm, capture_output=True, text=True, check=True).stdout.strip()
            executor = executor_at(f"dask://{place}")
            assert isinstance(executor, Workers)
            cancelled: list[int] = []

            def cancel(_what: str, done: int, total: int) -> None:
                if total > 1 and done >= 8 and not cancelled:
                    cancelled.append(subprocess.run(["scancel", f"{job}_2"], env=slurm, check=True).returncode)

            with executor:
                executor.client.wait_for_workers(2, timeout=120)
                cm.run(SMALL_FILE, replace(options, out=tmp_path / "there", executor=executor), progress=cancel)
        finally:
            scheduler.terminate()
    cm.run(SMALL_FILE, replace(options, out=tmp_path / "here"))
    assert cancelled == [0] and contents(load(tmp_path / "there")) == contents(load(tmp_path / "here"))
