"""Scenario discovery by a small classification tree: its leaves as boxes (Breiman, Friedman, Olshen & Stone 1984; Lempert, Bryant & Bankes 2008).

A tree cuts the inputs into boxes that do not overlap, so that it finds several regions of failure where PRIM finds one. It is grown with a least
mass and a largest number of leaves, then cut back by cost-complexity pruning to the smallest tree whose cross-validated Brier score lies within
one standard error of the best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from countermove.decision.boxes import Box, BoxScore, Flags, Floats, InputRows, between, half, score, wilson
from countermove.errors import DecisionError
from countermove.questions.explore.prim import told
from countermove.rng.seeds import short, stream_of

_FOLDS = 10_000  # stream of the folds; the held-out split is stream 0


@dataclass(frozen=True)
class Pruning:
    """How to grow and prune: the least mass of a leaf, the most leaves, the folds, and the coverage that the failing leaves are to reach."""

    least_mass: float = 0.05
    leaves: int = 8
    folds: int = 5
    coverage: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise DecisionError for a setting without meaning."""
        if not (0 < self.least_mass <= 0.5 and self.leaves > 1 and self.folds > 1 and 0 < self.coverage <= 1 and self.seed >= 0):
            raise DecisionError(f"{self} cannot be followed", next="Shares lie above 0; leaves and folds are 2 or more")


PRUNING = Pruning()


@dataclass(frozen=True)
class LeafBox:
    """One leaf as a box, its score on all rows, and whether it is one of those in which the strategy is said to fail."""

    box: Box
    score: BoxScore
    fails: bool


@dataclass(frozen=True)
class Leaves:
    """The leaves of the tree on all rows, densest first; the failing ones together, on all rows and held out.

    Failing are the densest leaves, as many as it takes to hold the coverage asked for, and every one whose density lies within one standard
    error of the last of these (the Wilson interval at z = 1), as long as they are denser than the whole.
    `held_out`: the failing leaves of a tree of one half, scored on the other. `found`: its density's interval lies above that half's base.
    """

    json_keys: ClassVar[str] = "sentence found"
    leaves: tuple[LeafBox, ...]
    score: BoxScore
    held_out: BoxScore
    base: float
    found: bool
    sentence: str


@dataclass(frozen=True)
class _Encoded:
    """Rows as a tree reads them: each number as its rank among the distinct `values` of its column, each label as 0 or 1 in a column of its own.

    Ranks are whole, so that the tree's 32-bit floats lose nothing. `source`: the column of the rows, and the label (-1 for a number).
    """

    x: Floats
    source: tuple[tuple[int, int], ...]
    values: tuple[Floats, ...]


def _encoded(rows: InputRows) -> _Encoded:
    parts: list[Floats] = []
    source: list[tuple[int, int]] = []
    values: list[Floats] = []
    for k, column in enumerate(rows.columns):
        distinct, rank = np.unique(rows.x[:, k], return_inverse=True)
        values.append(distinct)
        if column.labels:
            parts += [(rows.x[:, k] == place).astype(np.float64) for place in range(len(column.labels))]
            source += [(k, place) for place in range(len(column.labels))]
        else:
            parts.append(rank.astype(np.float64))
            source.append((k, -1))
    return _Encoded(np.stack(parts, axis=1), tuple(source), tuple(values))


def _grow(x: Floats, rows: InputRows, how: Pruning, alpha: float = 0.0) -> Any:
    """A fitted tree; scikit-learn has no types."""
    tree: Any = DecisionTreeClassifier(
        min_weight_fraction_leaf=how.least_mass, max_leaf_nodes=how.leaves, ccp_alpha=alpha, random_state=short(how.seed)
    )
    return tree.fit(x, rows.fails, sample_weight=rows.weight)


def _folds(rows: InputRows, how: Pruning) -> NDArray[np.intp]:
    """The fold of each row [N]: groups stay whole, those with a failure are dealt out first."""
    generator = stream_of(how.seed, _FOLDS)
    failing = np.bincount(rows.group, weights=rows.fails) > 0
    mixed = generator.permutation(len(failing))
    dealt = np.concatenate([mixed[failing[mixed]], mixed[~failing[mixed]]])
    fold = np.empty(len(failing), np.intp)
    fold[dealt] = np.arange(len(dealt)) % how.folds
    return fold[rows.group]


def _prune(encoded: _Encoded, rows: InputRows, how: Pruning) -> Any:
    """The smallest tree whose cross-validated Brier score lies within one standard error of the best."""
    path: Floats = np.maximum(
        _grow(encoded.x, rows, how).cost_complexity_pruning_path(encoded.x, rows.fails, rows.weight).ccp_alphas, 0
    )
    alphas = np.append(np.sqrt(path[1:] * path[:-1]), 2 * path[-1])  # the last leaves the root alone
    fold = _folds(rows, how)
    loss = np.zeros((len(alphas), len(rows.x)))
    for number in range(how.folds):
        out = fold == number
        if not out.any():
            continue
        learnt = rows.take(~out)
        for a, alpha in enumerate(alphas):
            tree = _grow(encoded.x[~out], learnt, how, float(alpha))
            chance = (
                tree.predict_proba(encoded.x[out])[:, list(tree.classes_).index(True)]
                if learnt.fails.any()
                else np.zeros(out.sum())
            )
            loss[a, out] = np.square(chance - rows.fails[out])
    total = (loss * rows.weight).sum(axis=1)
    best = int(np.argmin(total))
    spread = rows.weight * (loss - loss[best]) - rows.weight * (total - total[best])[:, None]
    by_group = np.stack([np.bincount(rows.group, weights=one) for one in spread])
    close = total <= total[best] + np.sqrt(np.square(by_group).sum(axis=1))
    return _grow(encoded.x, rows, how, float(alphas[np.flatnonzero(close).max()]))


def _boxes(tree: Any, encoded: _Encoded, rows: InputRows) -> tuple[Box, ...]:
    """The leaves as boxes, from the left of the tree to the right."""
    left, right, feature, cut = (getattr(tree.tree_, name) for name in ("children_left", "children_right", "feature", "threshold"))
    open_ends: list[tuple[int, Box]] = [(0, Box.whole(rows.columns))]
    found: list[Box] = []
    while open_ends:
        node, box = open_ends.pop()
        if left[node] < 0:
            found.append(box)
            continue
        k, place = encoded.source[int(feature[node])]
        if place < 0:
            below = int(np.floor(cut[node]))
            last, following = float(encoded.values[k][below]), float(encoded.values[k][below + 1])
            sides = box.limit(k, "high", between(last, following)), box.limit(k, "low", between(following, last))
        else:
            rest = tuple(other for other in box.kept[k] if other != place)
            sides = box.limit(k, "labels", rest), box.limit(k, "labels", (place,))
        open_ends += [(int(right[node]), sides[1]), (int(left[node]), sides[0])]
    return tuple(found)


def grow(rows: InputRows, how: Pruning = PRUNING) -> tuple[LeafBox, ...]:
    """The leaves of the pruned tree, densest first, the failing ones marked."""
    encoded = _encoded(rows)
    boxes = _boxes(_prune(encoded, rows, how), encoded, rows)
    scored = sorted(((score(rows, box.inside(rows.x)), box) for box in boxes), key=lambda pair: -pair[0].density)
    held = np.cumsum([figures.coverage for figures, _ in scored])
    last, where = scored[int(np.argmax(held >= how.coverage - 1e-12))]
    least = wilson(last.density, rows.effective_count(where.inside(rows.x)), 1.0)[0]
    return tuple(LeafBox(box, figures, len(scored) > 1 and figures.density > max(least, rows.base)) for figures, box in scored)


def _failing(leaves: tuple[LeafBox, ...], rows: InputRows) -> Flags:
    return np.any([leaf.fails & leaf.box.inside(rows.x) for leaf in leaves], axis=0)


def find_leaves(rows: InputRows, how: Pruning = PRUNING) -> Leaves:
    """The boxes of a pruned tree in which failures are dense.

    Args:
        rows: inputs and failures, from `rows_of`.
        how: settings and seed.

    Returns:
        All leaves; where pruning leaves the root alone, one leaf that is the whole, and `found` is False.

    Raises:
        DecisionError: too few failures to choose on one half and score on the other.
    """
    first = half(rows, how.seed, 0)
    seen, other = rows.take(first), rows.take(~first)
    held = grow(seen, how)
    chosen = any(leaf.fails for leaf in held)
    held_out = score(other, _failing(held, other) if chosen else np.ones(len(other.x), np.bool_))
    leaves = grow(rows, how)
    parted = any(leaf.fails for leaf in leaves)
    whole = score(rows, _failing(leaves, rows) if parted else np.ones(len(rows.x), np.bool_))
    found = chosen and parted and held_out.density_low > other.base
    words = "; or ".join(leaf.box.words for leaf in leaves if leaf.fails)
    return Leaves(leaves, whole, held_out, rows.base, found, told(words, whole, held_out, rows.base, found))
