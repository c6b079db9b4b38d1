"""What the wheel asks for and carries; and the wheel itself, in fresh environments with the oldest and the newest libraries it allows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from builders.places import ROOT

NO_INDEX = 3
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [one for extra in PROJECT["optional-dependencies"].values() for one in extra]
ASKED = [Requirement(one) for one in [*PROJECT["dependencies"], *EXTRAS]]


def imported() -> set[str]:
    """The outside modules that the package imports anywhere."""
    found: set[str] = set()
    homes = packages_distributions()
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"^ *(?:from|import) [\w., ]+", text, flags=re.MULTILINE):
            words = line.split()
            names = (
                [words[1]] if words[0] == "from" else [one.strip().split()[0] for one in line.partition("import ")[2].split(",")]
            )
            found |= {name.partition(".")[0] for name in names if name and not name.startswith(".")}
        found |= {ast.literal_eval(name).partition(".")[0] for name in re.findall(r"import_module\((\"[\w.]+\")\)", text)}
    return {name for name in found - sys.stdlib_module_names if name in homes and name != "countermove"}


def test_what_is_imported_is_asked_for() -> None:
    """By its own name: what another library brings along today it may leave out tomorrow."""
    asked = {canonicalize_name(one.name) for one in ASKED} | {"distributed"}  # dask[distributed]
    homes = packages_distributions()
    modules = imported()
    assert {"jax", "yaml", "anyio", "distributed"} <= modules
    assert {name for name in modules if asked.isdisjoint(canonicalize_name(home) for home in homes[name])} == set()


def test_what_is_asked_for_is_what_is_tried() -> None:
    """Each lower bound is one that scripts/wheel can take, and the versions of constraints.txt keep to all of them."""
    pinned = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, version = line.split("==")
            pinned[canonicalize_name(name)] = version
    for one in ASKED:
        assert re.fullmatch(r">=[\d.]+", str(one.specifier)), one
        there = pinned.get(canonicalize_name(one.name))
        assert there is None or one.specifier.contains(there), (str(one), there)
    direct = {canonicalize_name(one) for one in (Requirement(text).name for text in PROJECT["dependencies"])}
    assert direct <= set(pinned)


@pytest.mark.slow
def test_the_wheel_installs_and_runs() -> None:
    """As scripts/wheel tells; skipped, loudly, where there is no package index."""
    done = subprocess.run([ROOT / "scripts" / "wheel"], capture_output=True, text=True, check=False)
    if done.returncode == NO_INDEX:
        pytest.skip(done.stdout.splitlines()[-1])
    sys.stdout.write(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"\d+ of \d+ hold", done.stdout)) >= 2 and done.stdout.endswith("all is well\n")
