"""The manifest of the how-to without a Kubernetes: by the schemas of its objects, by the operator's own code, and by running its commands."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import countermove as cm
from builders.places import ROOT, SMALL_FILE
from builders.saved import contents
from countermove.store import load

MANIFEST = ROOT / "docs" / "how-to" / "cluster" / "kubernetes.yaml"
PYTHON = Path(os.environ.get("COUNTERMOVE_KUBERNETES") or ROOT / ".venv-kubernetes") / "bin" / "python"
"""Of an environment with what tests/files/kubernetes.txt names."""
READ = """import json, sys, yaml
from importlib.resources import files
import jsonschema, kubernetes_validate
from dask_kubernetes.operator.controller import controller

claim, cluster, job = yaml.safe_load_all(open(sys.argv[1]))
crd = files("dask_kubernetes") / "operator/deployment/helm/dask-kubernetes-operator/crds/daskcluster.yaml"
(version,) = yaml.safe_load(crd.read_text())["spec"]["versions"]
schema = version["schema"]["openAPIV3Schema"]

def close(node):  # Kubernetes drops what its schema does not name: here it is an error
    if isinstance(node, dict):
        if "properties" in node and not node.get("x-kubernetes-preserve-unknown-fields"):
            node.setdefault("additionalProperties", False)
        for one in node.values():
            close(one)
    elif isinstance(node, list):
        for one in node:
            close(one)

close(schema["properties"]["spec"])
errors = [f"{list(one.absolute_path)}: {one.message}" for one in jsonschema.Draft202012Validator(schema).iter_errors(cluster)]
name, spec = cluster["metadata"]["name"], cluster["spec"]
made = [
    controller.build_scheduler_deployment_spec(name, spec["scheduler"]["spec"], {}, {}),
    controller.build_scheduler_service_spec(name, spec["scheduler"]["service"], {}, {}),
    controller.build_worker_deployment_spec(f"{name}-default", "default", name, "0123456789", spec["worker"]["spec"], {}, {}),
]
for one in (claim, job, *made):
    try:
        kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)
    except kubernetes_validate.ValidationError as error:
        errors.append(f"{one['kind']}: {list(error.path)}: {error.message}")
print(json.dumps({"errors": errors, "made": made}))
"""


def read(manifest: Path) -> dict[str, Any]:
    """What is wrong in a manifest, and what the operator makes of it."""
    done = subprocess.run(
        [str(PYTHON), "-W", "ignore", "-c", READ, str(manifest)], capture_output=True, text=True, check=False, env={}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def made() -> list[dict[str, Any]]:
    """The scheduler's deployment and service, and a worker's deployment, as the operator makes them of the manifest."""
    if not PYTHON.exists():
        pytest.skip(
            "NO DASK-KUBERNETES HERE: the manifest was not read by its schemas (make test-slow installs it where there is an index)"
        )
    found = read(MANIFEST)
    assert found["errors"] == []
    return found["made"]


@pytest.mark.slow
def test_the_manifest_keeps_to_its_schemas(made: list[dict[str, Any]], tmp_path: Path) -> None:
    """Those of the operator and of Kubernetes, closed; a misspelt key in any of the three objects, and in a pod, is found."""
    scheduler, service, worker = made
    selected = service["spec"]["selector"].items()
    assert (
        service["metadata"]["name"] == "countermove-scheduler"
        and selected <= scheduler["spec"]["template"]["metadata"]["labels"].items()
    )
    (container,) = worker["spec"]["template"]["spec"]["containers"]
    told = {one["name"]: one["value"] for one in container["env"]}
    assert (
        told["DASK_SCHEDULER_ADDRESS"].endswith(":8786") and "$(DASK_WORKER_NAME)" in container["args"] and told["DASK_WORKER_NAME"]
    )
    text = MANIFEST.read_text(encoding="utf-8")
    for right, wrong in (
        ("accessModes", "accesModes"),
        ("replicas", "replica"),
        ("backoffLimit", "backofLimit"),
        ("fsGroup", "fsgroup"),
    ):
        (tmp_path / "wrong.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
        assert read(tmp_path / "wrong.yaml")["errors"], wrong


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="NO DASK HERE: pip install 'countermove[cluster]'")
def test_the_commands_of_the_pods_run_it(made: list[dict[str, Any]], tmp_path: Path) -> None:
    """Scheduler, worker and job as processes of this machine: with the environment that the operator gives them, on a small war and another port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    job = list(yaml.safe_load_all(MANIFEST.read_text(encoding="utf-8")))[2]["spec"]["template"]["spec"]
    pods = [made[0]["spec"]["template"]["spec"], made[2]["spec"]["template"]["spec"], job]
    own = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src")}
    here = [
        (re.compile(r"[\w.-]*countermove-scheduler[\w.-]*:8786"), f"127.0.0.1:{port}"),
        (re.compile(r"^donbas-2017$"), str(SMALL_FILE)),
        (re.compile(r"--draws=\d+"), "--draws=128"),
        (re.compile(r"/shared/runs/donbas-2017"), str(tmp_path / "there")),
    ]
    commands: list[tuple[list[str], dict[str, str]]] = []
    for pod in pods:
        (container,) = pod["containers"]
        told = {one["name"]: one["value"] for one in container.get("env", ())}
        words = [re.sub(r"\$\((\w+)\)", lambda name, told=told: told[name[1]], word) for word in container["args"]]
        for pattern, instead in here:
            words = [pattern.sub(instead, word) for word in words]
            told = {name: pattern.sub(instead, value) for name, value in told.items()}
        commands.append((words, {**own, **told}))
    commands[0][0].extend(["--port", str(port), "--dashboard-address", "127.0.0.1:0"])
    running = [subprocess.Popen(words, env=known, cwd=tmp_path, stderr=subprocess.DEVNULL) for words, known in commands[:2]]
    try:
        words, known = commands[2]
        for _ in range(10):  # as the job: tried again until scheduler and worker are there
            done = subprocess.run(words, env=known, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
            if done.returncode == 0:
                break
        assert done.returncode == 0, done.stderr[-2000:]
    finally:
        for one in reversed(running):
            one.terminate()
            one.wait(timeout=60)
    cm.run(SMALL_FILE, cm.RunOptions(draws=128, out=tmp_path / "here"))
    assert contents(load(tmp_path / "there")) == contents(load(tmp_path / "here"))
