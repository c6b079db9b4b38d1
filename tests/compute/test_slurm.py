"""The how-to for clusters, as far as it can be done here: SLURM for real on one node; the manifest by its schemas and by its commands."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import re
import shlex
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
    pods_of_user = [pod["securityContext"]["runAsUser"] for pod in pods]
    assert pods_of_user == [1000] * 3 and "--uid 1000" in docker
    assert all(pod["securityContext"]["fsGroup"] == 1000 for pod in (pods[0], pods[2]))  # else the disk may be root's


def words_for(program: str, text: str) -> list[str]:
    """What a file gives to `dask worker` or `dask scheduler`, as a shell would, with a number where the shell puts a variable."""
    lines = text.replace("\\\n", " ").splitlines()
    (line,) = (line.partition(program)[2] for line in lines if not line.startswith("#") and f"{program} " in line)
    return [re.sub(r"\$\{?\w+(:-[^}]*)?\}?", "1", word) for word in shlex.split(line.partition(" &")[0])]


def test_dask_takes_what_the_files_give_it() -> None:
    """Every option of the manifest, of the job array, of the page and of dask-jobqueue's file, by the parsers of the Dask that is here."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("NO DASK HERE: its options were not looked at (pip install 'countermove[cluster]')")
    pods = [one["spec"] for one in yaml.safe_load_all((FILES / "kubernetes.yaml").read_text(encoding="utf-8"))][1]
    (worker,), (scheduler,) = (pods[part]["spec"]["containers"] for part in ("worker", "scheduler"))
    assert [port["containerPort"] for port in scheduler["ports"]] == [8786, 8787]
    page = (ROOT / "docs" / "how-to" / "run-on-a-cluster.md").read_text(encoding="utf-8")
    asked = (FILES / "slurm_jobqueue.py").read_text(encoding="utf-8")
    extra = ast.literal_eval(re.findall(r"worker_extra_args=(\[.*\])", asked)[0])
    by_page = shlex.split(re.findall(r"`dask worker (.*?)`", page)[0])
    for name, given in {
        "dask_worker": (worker["args"][2:], words_for("dask worker", (FILES / "workers.sbatch").read_text()), by_page, extra),
        "dask_scheduler": (scheduler["args"][2:], words_for("dask scheduler", page)),
    }.items():
        main = importlib.import_module(f"distributed.cli.{name}").main
        for words in given:
            context = main.make_context(name, list(words))  # raises for an option that is not there, and for a value that cannot be
            assert words and (name == "dask_scheduler" or context.params["memory_limit"] == "0")


@pytest.fixture
def slurm(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A SLURM of one node; the environment in which its commands know it."""
    command = [str(ROOT / "scripts" / "one_node_slurm")]
    subprocess.run([*command, "start", str(tmp_path / "slurm")], check=True, timeout=90)
    environment = os.environ | {"SLURM_CONF": str(tmp_path / "slurm" / "slurm.conf"), "PATH": PATH}
    yield environment
    subprocess.run(["scancel", "--user", "root"], env=environment, check=False, timeout=30)
    subprocess.run([*command, "stop", str(tmp_path / "slurm")], check=True, timeout=30)


needs_slurm = pytest.mark.skipif(
    bool(MISSING), reason=f"NO SLURM HERE ({', '.join(MISSING)}): apt-get install slurmctld slurmd slurm-client munge"
)


@pytest.mark.slow
@needs_slurm
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


@pytest.mark.slow
@needs_slurm
@pytest.mark.skipif(importlib.util.find_spec("dask_jobqueue") is None, reason="NO DASK-JOBQUEUE HERE: pip install dask-jobqueue")
def test_dask_jobqueue_gives_the_same_bytes(tmp_path: Path, slurm: dict[str, str]) -> None:
    """The file of the how-to, as it is, on two jobs, one of which is cancelled in the middle."""
    said = tmp_path / "said.txt"
    command = [sys.executable, str(FILES / "slurm_jobqueue.py"), str(SMALL_FILE), "there", "2"]
    seen: set[str] = set()
    cancelled = ""
    own = slurm | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), slurm.get("PYTHONPATH", "")])}
    with said.open("w") as file, subprocess.Popen(command, cwd=tmp_path, env=own, stdout=file, stderr=file) as running:
        end = time.monotonic() + 400
        while running.poll() is None and time.monotonic() < end:
            told = subprocess.run(["squeue", "-h", "-o", "%i %T"], env=slurm, capture_output=True, text=True, check=True).stdout
            jobs = dict(line.split() for line in told.splitlines())
            seen |= {job for job, state in jobs.items() if state == "RUNNING"}
            logs = [path.read_text(errors="replace") for path in (tmp_path / "slurm-logs").glob("*.err")]
            if not cancelled and len(seen) == 2 and sum("out-of-band function 'version'" in log for log in logs) == 2:
                cancelled = max(seen)
                subprocess.run(["scancel", cancelled], env=slurm, check=True)
            time.sleep(0.2)
        running.kill()
    assert running.returncode == 0, said.read_text()[-3000:]
    cm.run(SMALL_FILE, cm.RunOptions(out=tmp_path / "here"))
    assert cancelled and contents(load(tmp_path / "there")) == contents(load(tmp_path / "here"))
    assert "points" in said.read_text()
