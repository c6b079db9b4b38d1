"""What all tests share: one compile cache for every worker, drawn examples without deadlines, and a browser where there is one."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from builders.browser import chromium_path, missing
from builders.places import ROOT, WAR_FILE

# No example has a deadline on the clock on the wall, which measures what else the machine does.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

if TYPE_CHECKING:  # the engine is imported once it knows where to keep what it compiles
    from countermove.engine.program import Program
    from countermove.memo.contents import Dossier


def pytest_configure() -> None:
    """Before anything imports the engine: what one worker compiled, the next one and the next run load from disk."""
    if "COUNTERMOVE_CACHE" not in os.environ:
        cache = ROOT / ".cache" / "test"
        cache.mkdir(parents=True, exist_ok=True)
        (ROOT / ".cache" / ".gitignore").write_text("*\n")
        os.environ["COUNTERMOVE_CACHE"] = str(cache)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, or nothing that drives it; the reason stands in the summary."""
    if reason := missing():
        skip = pytest.mark.skip(reason=reason)
        for item in items:
            if item.get_closest_marker("browser") is not None:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; tests that use it carry the mark `browser`."""
    path = chromium_path()
    if path is None or missing():
        pytest.skip(missing())
    return path


@pytest.fixture(scope="session")
def donbas() -> Program:
    """The reference scenario."""
    return import_module("builders.wars").compiled("donbas-2017")


@pytest.fixture(scope="session")
def war() -> Program:
    """The small war of the tests: other actors, two theories, two strategies."""
    return import_module("builders.wars").compiled(WAR_FILE)


@pytest.fixture(scope="session")
def dossier() -> Dossier:
    """The invented memo."""
    return import_module("builders.dossier_example").dossier()
