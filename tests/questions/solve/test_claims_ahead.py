"""Claims asked of a rival who thinks ahead: on the luck that he did not choose his reply on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from builders.looking_ahead import small_ahead
from countermove.engine.quantities import Quantity
from countermove.questions.solve.claims_ahead import _sums
from countermove.world.expression import Name, Query


def test_the_luck_that_he_chose_on_is_not_told() -> None:
    """Whatever the first two of four lucks hold: the sums are those of the last two, draw by draw, and count no other month."""
    asked, wanted = Query("mean", (Name("", "deaths"),)), (Quantity("", "deaths"),)
    told = np.random.default_rng(0).random((1, 24, 256)).astype(np.float32)
    told[:, :, :128] = 1e6
    found = _sums(replace(small_ahead().play("wait", "spigot"), told=told), (asked,), wanted)[asked].sum(axis=1)
    np.testing.assert_allclose(found[0], told[0, :, 128:].reshape(24, 2, 64).sum(axis=(0, 1)), rtol=1e-6)
    np.testing.assert_array_equal(found[1], np.full(64, 48))
