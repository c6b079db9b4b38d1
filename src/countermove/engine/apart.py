"""Keeping XLA's loops small enough to vectorise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from countermove.world.cast import Array


def apart(month: Array, compute: Callable[..., Any], *inputs: Any) -> Any:
    """`compute(*inputs)`, compiled as a computation of its own.

    XLA on CPU pulls whatever feeds a loop into the loop; where that includes a concatenation the loop runs element by element, ten times
    slower. A conditional is a border that fusion does not cross, and `optimization_barrier` is not (it is gone before fusion): so the
    computation is put in a branch that is always taken, on a condition that the compiler cannot know (docs/decisions/0002).
    """
    shapes = jax.eval_shape(compute, *inputs)
    nothing = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)
    return jax.lax.cond(month >= 0, lambda given: compute(*given), lambda given: nothing, inputs)
