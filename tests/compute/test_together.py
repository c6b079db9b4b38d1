"""Several questions asked at once: order, errors, interrupts, and what is told meanwhile."""

from __future__ import annotations

from threading import Barrier, Event

import pytest

from countermove.compute.executor import Told
from countermove.compute.together import together
from countermove.errors import DecisionError
from countermove.questions.options import silent


def test_they_run_at_once_and_come_back_in_order() -> None:
    """Two that wait for each other both end; the answers stand in the order of the questions."""
    meet = Barrier(2, timeout=20)
    late = Event()

    def first(told: Told) -> str:
        meet.wait()
        assert late.wait(20)
        return "first"

    def second(told: Told) -> str:
        meet.wait()
        late.set()
        return "second"

    assert list(together("2 questions", {"a": first, "b": second}, 2, silent).items()) == [("a", "first"), ("b", "second")]


def test_what_is_told() -> None:
    """How many have ended, with what is being done in brackets; one after the other each tells its own."""
    heard: list[tuple[str, int, int]] = []

    def work(told: Told) -> int:
        told("silences", 3, 8)
        return 1

    works = {"a": work, "b": work}
    together("2 questions", works, 2, lambda *said: heard.append(said))
    assert sorted(heard) == sorted(
        [("2 questions (silences)", done, 2) for done in (done for what, done, _ in heard if "(" in what)]
        + [("2 questions", 1, 2), ("2 questions", 2, 2)]
    )
    heard.clear()
    together("2 questions", works, 1, lambda *said: heard.append(said))
    assert heard == [("silences", 3, 8)] * 2


@pytest.mark.parametrize("error", [DecisionError("one draw"), KeyboardInterrupt()])
def test_the_first_error_stops_the_others(error: BaseException) -> None:
    """It is raised as it was; a work that goes on ends where it next tells how far it is, and one that has not begun never begins."""
    going, begun = Event(), list[str]()

    def fails(told: Told) -> None:
        assert going.wait(20)
        raise error

    def goes_on(told: Told) -> None:
        going.set()
        while True:
            told("silences", 0, 1)

    def never(told: Told) -> None:
        begun.append("never")

    with pytest.raises(type(error)) as caught:
        together("3 questions", {"a": fails, "b": goes_on, "c": never}, 2, silent)
    assert caught.value is error and not begun
