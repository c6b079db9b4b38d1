"""Keeping XLA's loops small enough to vectorise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import jax
import jax.numpy as jnp
from jax.core import Tracer

from countermove.world.cast import Array


def apart(month: Array, compute: Callable[..., Any], *inputs: Any) -> Any:
    """`compute(*inputs)`, compiled as a computation of its own.

    XLA on CPU pulls whatever feeds a loop into the loop; where that includes a concatenation the loop runs element by element, ten times
    slower. A conditional is a border that fusion does not cross, and `optimization_barrier` is not (it is gone before fusion): so the
    computation is put in a branch that is always taken, on a condition that the compiler cannot know (docs/decisions/0002). Outside a compiled
    program there is no loop to keep it out of, and every call would be compiled anew.
    """
    if not isinstance(month, Tracer):
        return compute(*inputs)

    def zeros(leaf: Any) -> Array:
        return jnp.zeros(leaf.shape, leaf.dtype)

    def taken(given: Any) -> Any:
        return compute(*given)

    def never(given: Any) -> Any:
        return jax.tree.map(zeros, jax.eval_shape(compute, *given))

    return cast(Any, jax.lax.cond(month >= 0, taken, never, inputs))
