#!/usr/bin/env bash
# open-spiel 2.0.2: game.make_observer of a game written in Python whose make_py_observer answers None.
#
# A game need not support every kind of observation. OpenSpiel's header says that for one it does not support a game must give a null observer, and its
# observation.py says that make_observation then answers None, which for a Python game is what its make_py_observer answered. A good guess: None also
# comes back from game.make_observer, as from a game written in C++. Behaviour: AttributeError, since the None is wrapped as an observer and asked for its
# set_from.
#
# Seen with open-spiel 2.0.2, numpy 2.4.6, Python 3.11, Linux x86-64. Fails where that changes. Needs a network that reaches PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -qq --disable-pip-version-check open-spiel==2.0.2 numpy==2.4.6
cat > "$folder/seen.py" <<'PYTHON'
from importlib.metadata import version

import pyspiel
from open_spiel.python.games.kuhn_poker import KuhnPokerGame
from open_spiel.python.observation import make_observation

EVERYTHING = pyspiel.IIGObservationType(public_info=True, perfect_recall=True, private_info=pyspiel.PrivateInfoType.ALL_PLAYERS)


class Kuhn(KuhnPokerGame):
    """Supports what OpenSpiel's Python game supports, but nothing of what the other player holds."""

    def make_py_observer(self, iig_obs_type=None, params=None):
        if iig_obs_type is not None and iig_obs_type.private_info == pyspiel.PrivateInfoType.ALL_PLAYERS:
            return None
        return super().make_py_observer(iig_obs_type, params)


def asked(call):
    try:
        return call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print("open-spiel", version("open-spiel"))
for name, game in (("blackjack (C++)", pyspiel.load_game("blackjack")), ("Kuhn (Python)", Kuhn())):
    print(f"{name}, make_observation:", asked(lambda: make_observation(game, EVERYTHING)))
    print(f"{name}, make_observer:   ", asked(lambda: game.make_observer(EVERYTHING, {})))
PYTHON
seen=$("$folder/env/bin/python" "$folder/seen.py")
echo "$seen"
expected='open-spiel 2.0.2
blackjack (C++), make_observation: None
blackjack (C++), make_observer:    None
Kuhn (Python), make_observation: None
Kuhn (Python), make_observer:    AttributeError: '\''NoneType'\'' object has no attribute '\''set_from'\'''
[ "$seen" = "$expected" ] || { echo "this is not what was seen before:"; diff <(echo "$expected") <(echo "$seen"); exit 1; }
echo "as seen before"
