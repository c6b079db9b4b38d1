"""How a result was made: hashes, versions, seed, sizes, errors."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from dataclasses import fields
from functools import cache
from importlib import metadata
from pathlib import Path
from types import FunctionType

from countermove.behaviour.theory import Theory
from countermove.decision.findings import Provenance
from countermove.engine.runs import Runs
from countermove.questions.options import RunOptions
from countermove.scenario.linked_files import record_file
from countermove.scenario.schema import Scenario
from countermove.scenario.write import hash_of

LIBRARIES = ("jax", "jaxlib", "numpy", "scipy", "pandas", "xarray", "pyarrow", "pydantic", "pyyaml", "lark", "jinja2")


@cache
def code_version() -> str:
    """The package's version, with the commit where it runs from its own checkout; a repository around an installed one is somebody else's."""
    version = metadata.version("countermove")
    checkout = Path(__file__).resolve().parents[3]
    if not (checkout / "pyproject.toml").is_file():
        return version
    asked = ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)
    except OSError:
        return version
    return f"{version}+{done.stdout.strip()}" if done.returncode == 0 else version


@cache
def versions() -> dict[str, str]:
    """Versions of the libraries that can move a number, and of Python."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in LIBRARIES}}


def record_hash(scenario: Scenario) -> str:
    """SHA-256 over the scenario's record, both files; empty where it has none."""
    return hash_of_record(record_file(scenario))


def hash_of_record(file: Path | None) -> str:
    """SHA-256 over both files of a record, the one that was read; empty where there is none."""
    if file is None or not file.with_suffix(".csv").is_file():
        return ""
    return hashlib.sha256(file.read_bytes() + file.with_suffix(".csv").read_bytes()).hexdigest()


def own_code(theory: Theory) -> tuple[str, ...]:
    """A user's own theory by its code and by what it says of itself: an edited one must not be taken for the old one."""
    return tuple(_written(getattr(theory, one.name)) for one in fields(theory))


def _written(part: object) -> str:
    if not isinstance(part, FunctionType):
        return repr(part)
    code = part.__code__
    return f"{code.co_code.hex()} {code.co_names} {code.co_consts}"


def provenance_of(scenario: Scenario, options: RunOptions, runs: Runs, tolerance: float, reached: float) -> Provenance:
    """The provenance of a study."""
    return Provenance(
        scenario=scenario.scenario,
        scenario_hash=hash_of(scenario),
        record_hash=record_hash(scenario),
        code_version=code_version(),
        seed=options.seed,
        draws=runs.draws,
        lucks=runs.lucks,
        months=runs.months,
        weights_from="priors",
        seconds=runs.seconds,
        rate=runs.rate,
        versions=versions(),
        tolerance=tolerance,
        reached=reached,
        machine=platform.machine(),
        command=options.command,
    )
