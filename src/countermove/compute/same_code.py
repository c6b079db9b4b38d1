"""What decides the bits of a result on a worker: the versions of countermove and JAX, countermove's own code, and Python's."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from countermove.errors import ExecutorError

SAME = ("countermove", "jax")
"""Packages whose versions must be those of the caller."""


class Code(NamedTuple):
    """What runs in a process."""

    countermove: str
    jax: str
    python: str
    source: str

    def __str__(self) -> str:
        """As it is told."""
        return f"countermove {self.countermove} ({self.source[:8]}), jax {self.jax}, Python {self.python}"


@cache
def source_hash() -> str:
    """SHA-256 over the package's own Python, committed or not."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


@cache
def code_here() -> Code:
    """Of this process."""
    python = ".".join(platform.python_version_tuple()[:2])
    return Code(metadata.version("countermove"), metadata.version("jax"), python, source_hash())


def require_same(asked: Code, where: str) -> None:
    """On a worker: raises ExecutorError unless it runs what the caller runs, with both named."""
    ours = code_here()
    if ours != asked:
        raise differing(where, str(ours), str(asked))


def differing(where: str, there: str, here: str) -> ExecutorError:
    """The error of a worker that runs something else."""
    return ExecutorError(
        f"the worker has {there}, and here is {here}",
        where=where,
        next="Install the same version on both, and run the same command again",
    )
