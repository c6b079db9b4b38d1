"""What silence costs and what commitment is worth, on trees that can be counted by hand."""

from __future__ import annotations

from fractions import Fraction as F

from countermove.verify.decision_tree import Chance, Decision, EndNode, Node, Response, commitment, silence
from countermove.verify.line import Line, near

BY_HAND = "counted by hand; verify.decision_tree.silence, in fractions"
SELTEN = "Selten 1978, the chain store; verify.decision_tree.commitment"
PENNIES = "matching pennies, the rival first and unseen; verify.decision_tree.commitment"
SENT = {"start": "send", "calm": "hold"}
"""What the strategy on the tree of `sent` says."""


def sent() -> Node:
    """Send or refuse; then no reaction, or an escalation that can be matched."""
    stalemate = Decision("stalemate", {"hold": EndNode(F(-2)), "further": EndNode(F(-5, 2))})
    match = Chance(((F(1, 4), EndNode(F(2))), (F(1, 4), EndNode(F(-8))), (F(1, 2), stalemate)))
    escalated = Decision("escalated", {"back down": EndNode(F(-1)), "match": match})
    calm = Decision("calm", {"hold": EndNode(F(1)), "more": EndNode(F(0))})
    after = Chance(((F(3, 5), calm), (F(2, 5), escalated)))
    return Decision("start", {"send": after, "refuse": EndNode(F(-1, 10))})


def unknown_rival() -> tuple[Node, Node, Node]:
    """An escalation that is a bluff (matching it wins 1), one that is meant (it loses 3), and one that may be either; backing down costs 1."""
    bluff, meant = (Decision("escalated", {"match": EndNode(F(worth)), "back down": EndNode(F(-1))}) for worth in (1, -3))
    return bluff, meant, Chance(((F(1, 2), bluff), (F(1, 2), meant)))


def entry() -> Node:
    """The rival enters or stays out; then the owner fights or gives way."""
    entered = Decision("entered", {"fight": EndNode(F(-1), F(-1)), "give way": EndNode(F(1), F(1))})
    return Response({"enter": entered, "stay out": EndNode(F(2), F(0))})


def hidden() -> Node:
    """Matching pennies, in which the rival wins 5 where it went left and the owner guesses right."""
    return Response(
        {
            "left": Decision("guess", {"left": EndNode(F(1), F(-1)), "right": EndNode(F(-1), F(5))}),
            "right": Decision("guess", {"left": EndNode(F(-1), F(1)), "right": EndNode(F(1), F(-1))}),
        }
    )


def silences() -> list[Line]:
    """A strategy that says nothing of the escalation: .4 x (-1 + 5/2) hangs on its answer; and an owner who does not know the rival."""
    found = silence(sent(), SENT)
    apart, _, both = (silence(tree, {}) for tree in unknown_rival())
    known = (
        ("first-silence mass", F(2, 5), found.mass),
        ("best completion, V+", F(1, 5), found.best),
        ("worst completion, V-", F(-1, 2), found.worst),
        ("answered at random", F(-1, 8), found.uniform),
        ("cost of silence", F(7, 10), found.cost),
        ("cost of the dearest question", F(3, 5), found.gaps[0].gap),
        ("cost where the rival is known to bluff", F(2), apart.cost),
        ("cost where it may mean it as likely", F(0), both.cost),
    )
    return [near(f"silence on a tree: {what}", float(right), got, 0.0, BY_HAND) for what, right, got in known]


def commitments() -> list[Line]:
    """A threat that keeps a rival out is worth saying; a guess is not."""
    return [
        near("commitment on a tree: a threat that is heard keeps the rival out", 1.0, commitment(entry(), {}).value, 0.0, SELTEN),
        near(
            "commitment on a tree: a threat that is written already",
            0.0,
            commitment(entry(), {"entered": "fight"}).value,
            0.0,
            SELTEN,
        ),
        near("commitment on a tree: a guess that is heard", -2.0, commitment(hidden(), {}).value, 0.0, PENNIES),
    ]
