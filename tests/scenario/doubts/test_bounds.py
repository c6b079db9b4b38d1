"""What the bounds decide in claims and contingencies is doubted, as in rules; and what --set says of a path or value that is none."""

from __future__ import annotations

import pytest

from builders.places import WAR_FILE
from countermove.cli.options import Changes
from countermove.cli.request import overrides_of
from countermove.errors import ScenarioError
from countermove.scenario import check_text, read

WAR = WAR_FILE.read_text(encoding="utf-8")
MODEL = "P(bear.support[+6] > bear.support | south.losing) >= 0.8"


@pytest.mark.parametrize(
    ("old", "new", "doubt"),
    [
        (MODEL, "P(truce) > 1", "the claim cannot hold: a share lies between 0 and 1"),
        (MODEL, "P(truce) <= 1 and P(settled) > 0.5", '"P(truce) <= 1" cannot fail'),
        (MODEL, "0 <= mean(north.held)", "the claim cannot fail: no run has another value"),
        (MODEL, "P(deaths > 5 | bear.rung > 9) > 0.5", '"bear.rung > 9" can never hold'),
        (MODEL, "P(months >= 48) > 0.5", "cannot hold: P(months >= 48) is 0"),
        (MODEL, "P(months >= 0) >= 1", "cannot fail: P(months >= 0) is 1"),
        (MODEL, "slope(deaths, months * 0) > 0", '"months * 0" never changes'),
        ("share(bear.raises within 3 | south.losing)", "share(truce | truce and not truce)", "can never hold"),
        ("bear.rung > bear.rung[-1]", "bear.rung >= 0", "is asked in every month"),
    ],
)
def test_what_is_decided_before_any_run(old: str, new: str, doubt: str) -> None:
    """By the bounds of the names and the clock."""
    assert old in WAR
    report = check_text(WAR.replace(old, new, 1))
    assert report.ok
    assert any(doubt in issue.message for issue in report.warnings), report.warnings
    assert not any(doubt in issue.message for issue in check_text(WAR).warnings)


@pytest.mark.parametrize(
    ("typed", "message", "suggestion"),
    [
        ("x=", "there is no value after x=", ""),
        ("clock.months=  ", "there is no value after clock.months=", ""),
        ("clock.months", "there is no = and no value", ""),
        ("=5", "there is no path before the =", ""),
        ("clock..months=5", "nothing on one side of a point", ""),
        ("clock/months=5", "is not a path", "clock.months"),
        ("title=# why", "there is no value", ""),
        ("x=5", '"x" is not a key of a scenario', ""),
        ("clock.start=2018/04", "is not a month", "2018-04"),
        ("clock.months=[", "the bracket that opens here is not closed", ""),
        ("title={a", 'the "{" that opens here is not closed', ""),
        ("title=[a, {b: c", 'the "{" that opens here is not closed', ""),
        ("title={'a", "the quote that opens here is not closed", ""),
        ("objective.of=bear", "nobody can say whose decision this is", "eagle"),
        ("claims.spigot.model=P(truce) > 80", "a probability lies between 0 and 1", "0.8"),
    ],
)
def test_overrides(typed: str, message: str, suggestion: str) -> None:
    """One mistake, in words, on one line."""
    with pytest.raises(ScenarioError) as caught:
        read(WAR_FILE, overrides=overrides_of(Changes([typed])))
    (issue,) = caught.value.issues
    assert message in issue.message, str(issue)
    assert issue.suggestion == suggestion
    assert "\n" not in str(issue)
