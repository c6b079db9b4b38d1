"""What all tests share: one compile cache for every worker, drawn examples without deadlines, and a browser where there is one."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from builders.browser import chromium_path, missing
from builders.compiling import FLAG
from builders.places import ROOT, WAR_FILE

# The files that take longest come first (scripts/test keeps the order): else one worker would be left with one of them at the end.
LONGEST = (
    "docs/test_house.py",
    "docs/test_docs.py",
    "questions/weigh/test_weigh.py",
    "verify/test_table.py",
    "evidence/test_clouds.py",
    "engine/test_bits.py",
    "behaviour/test_theories.py",
    "questions/weigh/test_record_says.py",
    "questions/weigh/test_plain_regression.py",
    "dynamics/test_mechanisms_actors.py",
    "docs/test_extend.py",
    "questions/gaps/test_cells.py",
    "cli/test_stages.py",
)

# No example has a deadline on the clock on the wall, which measures what else the machine does.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

if TYPE_CHECKING:  # the engine is imported once it knows where to keep what it compiles
    from countermove.engine.program import Program
    from countermove.memo.contents import Dossier


def pytest_configure() -> None:
    """Before anything imports the engine: what one worker compiled, the next one and the next run load from disk; and it is quickly compiled."""
    if "COUNTERMOVE_CACHE" not in os.environ:
        cache = ROOT / ".cache" / "test"
        cache.mkdir(parents=True, exist_ok=True)
        (ROOT / ".cache" / ".gitignore").write_text("*\n")
        os.environ["COUNTERMOVE_CACHE"] = str(cache)
    if "xla_backend_extra_options" not in os.environ.get("XLA_FLAGS", ""):
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {FLAG}".strip()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and what they import stay to the end: a third of the time of a collection would go into looking for rubbish among them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, then those that are compiled quickly, so that programs are let go but twice. Skip what needs a browser where there is
    none; the reason stands in the summary."""
    place = {ROOT / "tests" / file: number for number, file in enumerate(LONGEST)}
    items.sort(key=lambda item: (place.get(item.path, len(place)), item.get_closest_marker("compiled_quickly") is None))
    if reason := missing():
        skip = pytest.mark.skip(reason=reason)
        for item in items:
            if item.get_closest_marker("browser") is not None:
                item.add_marker(skip)


@pytest.fixture(scope="module", autouse=True)
def _how_compiled(request: pytest.FixtureRequest) -> None:
    """Modules with the mark `compiled_quickly` make many programs and play few runs: XLA makes theirs in half the time, without its optimisations.
    What other modules compiled is let go where that changes, so that one module has one kind. `make test-slow` compiles as is shipped."""
    quick = request.node.get_closest_marker("compiled_quickly") is not None and request.config.option.markexpr == "not slow"
    if not quick and "jax" not in sys.modules:
        return
    import_module("countermove.engine.backend")
    jax = import_module("jax")
    if jax.config.read("jax_disable_most_optimizations") != quick:
        jax.config.update("jax_disable_most_optimizations", quick)
        jax.clear_caches()


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
