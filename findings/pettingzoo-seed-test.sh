#!/usr/bin/env bash
# pettingzoo 1.27.0: pettingzoo.test.seed_test(constructor, num_cycles=500), for environments in which one agent moves at a time.
#
# `reset(seed=...)` must begin a new episode with that seed whenever it is called, and the page of the test says that it also asks whether one
# environment gives the same result when it is seeded again, and that `num_cycles` is how long it is run, as some environments fail long after their
# start. A good guess: an environment that takes no seed but its first fails. Behaviour: the test makes two environments, resets each of them once, and
# stops, whatever num_cycles says, at the first agent whose episode is over. So an environment that ignores every later reset(seed) passes, after
# four steps where 1000 were asked for (500 for each of two agents). One that ignores its seed from the start is found.
#
# Seen with pettingzoo 1.27.0, gymnasium 1.4.0, numpy 2.4.6, Python 3.11, Linux x86-64. Fails where that changes. Needs a network that reaches PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -qq --disable-pip-version-check pettingzoo==1.27.0 gymnasium==1.4.0 numpy==2.4.6
cat > "$folder/seen.py" <<'PYTHON'
import numpy as np
import pettingzoo
from gymnasium.spaces import Box, Discrete
from pettingzoo.test import seed_test

MOVES = 4


class Draws(pettingzoo.AECEnv):
    """Two agents in turn; each move draws the number that both see. An episode has four moves."""

    metadata = {"name": "draws_v0", "render_modes": []}
    render_mode = None

    def __init__(self):
        self.possible_agents = ["agent_0", "agent_1"]
        self.seen = {agent: Box(0, 1, (2,), np.float64) for agent in self.possible_agents}
        self.acts = {agent: Discrete(2) for agent in self.possible_agents}
        self.luck, self.resets, self.steps = None, 0, 0

    def observation_space(self, agent):
        return self.seen[agent]

    def action_space(self, agent):
        return self.acts[agent]

    def seeded(self, seed):
        return np.random.default_rng(seed)

    def reset(self, seed=None, options=None):
        self.luck = self.seeded(seed)
        self.resets += 1
        self.agents = list(self.possible_agents)
        self.rewards, self._cumulative_rewards = dict.fromkeys(self.agents, 0.0), dict.fromkeys(self.agents, 0.0)
        self.terminations, self.truncations = dict.fromkeys(self.agents, False), dict.fromkeys(self.agents, False)
        self.infos = {agent: {} for agent in self.agents}
        self.moves, self.drawn, self.agent_selection = 0, self.luck.random(), self.agents[0]

    def observe(self, agent):
        return np.array([0.5, self.drawn])

    def step(self, action):
        if self.terminations[self.agent_selection]:
            return self._was_dead_step(action)
        self.steps += 1
        self.moves += 1
        self.drawn = self.luck.random()
        if self.moves == MOVES:
            self.terminations = dict.fromkeys(self.agents, True)
        self.agent_selection = self.possible_agents[self.moves % 2]

    def close(self):
        pass


class FirstSeedOnly(Draws):
    def seeded(self, seed):
        return self.luck or super().seeded(seed)


class NoSeed(Draws):
    def seeded(self, seed):
        return super().seeded(None)


def asked(kind):
    made = []

    def one():
        made.append(kind())
        return made[-1]

    try:
        seed_test(one, num_cycles=500)
        said = "passes"
    except AssertionError as error:
        said = f"fails ({error})"
    return said, [env.resets for env in made], [env.steps for env in made]


def again(kind):
    env, starts = kind(), []
    for _ in range(2):
        env.reset(seed=1)
        starts.append(env.drawn)
    return starts[0] == starts[1]


print("pettingzoo", pettingzoo.__version__)
for kind in (Draws, FirstSeedOnly, NoSeed):
    said, resets, steps = asked(kind)
    print(f"{kind.__name__}: seed_test {said}, resets {resets}, steps {steps}; two reset(seed=1) start alike: {again(kind)}")
PYTHON
seen=$("$folder/env/bin/python" "$folder/seen.py")
echo "$seen"
expected='pettingzoo 1.27.0
Draws: seed_test passes, resets [1, 1], steps [4, 4]; two reset(seed=1) start alike: True
FirstSeedOnly: seed_test passes, resets [1, 1], steps [4, 4]; two reset(seed=1) start alike: False
NoSeed: seed_test fails (Incorrect observation), resets [1, 1], steps [0, 0]; two reset(seed=1) start alike: False'
[ "$seen" = "$expected" ] || { echo "this is not what was seen before:"; diff <(echo "$expected") <(echo "$seen"); exit 1; }
echo "as seen before"
