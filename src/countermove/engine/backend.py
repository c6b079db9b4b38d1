"""How XLA is set up: a chunk on each core, wide vectors, a compile cache on disk.

Import this before jax.
"""

from __future__ import annotations

import os
from pathlib import Path

from countermove.compute.local import cores
from countermove.shelf import cache_folder


def _flag(name: str, value: str) -> None:
    flags = os.environ.get("XLA_FLAGS", "")
    if name not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --{name}={value}".strip()


def _vector_width() -> str:
    """Bits of the widest vectors that this processor has: asked for 512, XLA loses a fifth where there are only 256."""
    facts = Path("/proc/cpuinfo")
    there = facts.read_text(encoding="utf-8", errors="replace") if facts.is_file() else ""
    return "512" if "avx512f" in there else "256"


def set_up() -> None:
    """Set the environment XLA reads at start, and the compile cache."""
    # One thread of XLA's own per core, and the months as one function: else chunks that run at once wait for each other, or are cut in
    # pieces smaller than is worth handing over (docs/decisions/0002-chunks-on-threads.md)
    os.environ.setdefault("PJRT_NPROC", str(cores()))
    os.environ.setdefault("NPROC", str(cores()))
    os.environ.setdefault("JAX_PLATFORMS", "")
    _flag("xla_cpu_prefer_vector_width", _vector_width())
    _flag("xla_backend_extra_options", "xla_cpu_small_while_loop_byte_threshold=1000000000000")
    import jax

    jax.config.update("jax_compilation_cache_dir", str(cache_folder() / "xla"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    jax.config.update("jax_cpu_enable_async_dispatch", False)


set_up()
