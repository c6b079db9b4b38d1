"""Fifty seats in ten rooms over sixty months, three times: no order is lost or done twice, months come quickly, memory stays."""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from websockets.sync.client import ClientConnection

from builders.at_table import FREE, Served
from builders.places import WAR_FILE
from builders.tables import message
from countermove.engine.program import Program, compile_scenario
from countermove.play.protocol import FACILITATOR
from countermove.play.replaying import Wars
from countermove.play.rooms import Rooms
from countermove.scenario.read import read
from countermove.web.table.application import application
from countermove.web.table.hosting import hosted

SEATS = ("eagle", "bear", "north", "south", "envoy")
ORDERING = SEATS[:4]
ROOMS, MONTHS, GAMES = 10, 60, 3
MOST = 1.0  # seconds, of 95% of the months
GROWTH = 60.0  # MiB from the end of the second game to the end of the third: what the allocator of ten threads keeps
OBJECTS = 0.01  # of all objects of Python, as many more


@cache
def long_war() -> Program:
    """The small war over sixty months."""
    return compile_scenario(read(str(WAR_FILE), overrides={"clock.months": str(MONTHS)}))


def resident() -> float:
    """MiB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def order(seat: str, room: int, month: int, chance: random.Random) -> str:
    """An order that no other month has."""
    mark = f"# {seat} {room} {month} {chance.random()}"
    return {"eagle": f"enforcement: {chance.random():.6f} {mark}", "bear": f"support: {chance.uniform(3, 9):.6f} {mark}"}.get(
        seat, f"ask: true {mark}"
    )


def answered(line: ClientConnection, sent: dict[str, object], times: int = 1) -> float:
    """Seconds until a message is done, sent as often as is said; each time it is answered."""
    begun = time.perf_counter()
    for _ in range(times):
        line.send(json.dumps(sent))
    left, first = times, 0.0
    while left:
        found = json.loads(line.recv(timeout=60))
        if found.get("id") == sent["id"]:
            assert found["type"] == "done", found
            first = first or time.perf_counter() - begun
            left -= 1
    return first


def played(table: Served, number: int) -> tuple[list[float], list[float]]:
    """One room from its first month to its last: seconds of the commits that play a month, and of the others. Some are sent twice."""
    chance = random.Random(number)
    months: list[float] = []
    others: list[float] = []
    given: list[dict[str, str]] = []
    with ExitStack() as stack:
        lines = {seat: stack.enter_context(table.socket(seat)) for seat in SEATS}
        for month in range(1, MONTHS + 1):
            orders = {seat: order(seat, number, month, chance) for seat in ORDERING}
            given.append(orders)
            for place, seat in enumerate(chance.sample(ORDERING, len(ORDERING))):
                if chance.random() < 0.03:
                    lines[seat].close()
                    lines[seat] = stack.enter_context(table.socket(seat))
                sent = message("commit", month=month, orders=orders[seat])
                took = answered(lines[seat], sent, 2 if chance.random() < 0.2 else 1)
                (months if place == len(ORDERING) - 1 else others).append(took)
            if month % 5 == 0:
                answered(lines["envoy"], message("say", channel="everybody", text=f"Month {month} is over."))
    assert [dict(one.given.orders) for one in table.room.session.played] == given
    return months, others


@pytest.mark.slow
def test_fifty_seats_in_ten_rooms(tmp_path: Path) -> None:
    """Prints what it measures."""
    wars, sizes, objects = Wars(), list[float](), list[int]()
    months: list[float] = []
    others: list[float] = []
    players = dict.fromkeys(ORDERING, "program")
    for game in range(GAMES):
        rooms = Rooms(tmp_path / str(game), limits=FREE, wars=wars)
        with hosted(application(rooms)) as place, ThreadPoolExecutor(ROOMS) as threads:
            netloc = urlsplit(place.address).netloc
            tables: list[Served] = []
            for number in range(ROOMS):
                opened = rooms.open(long_war(), name=f"room-{number}", players=players, seed=game * ROOMS + number)
                links = {FACILITATOR: opened.token, **{seat: opened.room.invite(seat) for seat in SEATS}}
                tables.append(Served(rooms, opened.room, netloc, links))
            for found in threads.map(played, tables, range(ROOMS)):
                months += found[0]
                others += found[1]
            commits = [one.room.session.count for one in tables]
        rooms.close()
        for number in range(ROOMS):
            text = (tmp_path / str(game) / f"room-{number}.transcript.jsonl").read_text().splitlines()
            kinds = [json.loads(line)["kind"] for line in text]
            assert (
                kinds.count("committed") == MONTHS * len(ORDERING)
                and kinds.count("adjudicated") == MONTHS
                and len(kinds) == commits[number]
            )
        del tables, rooms
        gc.collect()
        sizes.append(resident())
        objects.append(len(gc.get_objects()))
    p50, p95, p99 = np.percentile(months, (50, 95, 99))
    told = (
        f"{len(months)} months: {p50:.3f} s at the median, {p95:.3f} s at 95%, {p99:.3f} s at 99%, {max(months):.3f} s at the most",
        f"{len(others)} other commits: {np.percentile(others, 50):.3f} s at the median, {np.percentile(others, 95):.3f} s at 95%",
        f"after each game: {', '.join(f'{size:.0f} MiB' for size in sizes)}; {', '.join(f'{count:,}' for count in objects)} objects",
    )
    sys.stdout.write("\n" + "\n".join(told) + "\n")
    assert p95 <= MOST and sizes[-1] - sizes[-2] <= GROWTH and objects[-1] - objects[-2] <= OBJECTS * objects[-2]
