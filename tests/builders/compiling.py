"""How the programs of the tests are compiled; it imports nothing that would start XLA."""

from __future__ import annotations

# A program of months is long and is made once: unrolled loops and packed scalars take a fifth of its compilation, and without them it is as fast. No
# bit hangs on them: tests/engine/test_bits.py compares with what the flags that are shipped give.
SOONER = ",xla_cpu_disable_loop_unrolling,xla_cpu_disable_slp_vectorizer"
FLAG = f"--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000000{SOONER}"
