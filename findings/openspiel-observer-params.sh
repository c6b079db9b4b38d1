#!/usr/bin/env bash
# open-spiel 2.0.2: game.make_observer(params), without a kind of observation, of a game written in Python.
#
# A Python game makes its observers in make_py_observer(iig_obs_type=None, params=None), and make_observer can be called with a kind and params or with
# params alone. A good guess: with params alone the game gets None for the kind, and the params as params; make_observation(game, None, params) does
# so. Behaviour: the params come as the kind, and None as the params. An empty dict passes unnoticed, as games take it for no kind; OpenSpiel's own Python
# game of Kuhn poker answers one that is not empty with an AttributeError about the dict, where with a kind it says that it takes no params.
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

KIND = pyspiel.IIGObservationType(perfect_recall=False)
PARAMS = {"depth": 3}


class Asked(KuhnPokerGame):
    def make_py_observer(self, iig_obs_type=None, params=None):
        kind = "the kind" if isinstance(iig_obs_type, pyspiel.IIGObservationType) else iig_obs_type
        print("    asked for:", kind, "| params:", params)
        return super().make_py_observer()


def asked(call):
    try:
        return type(call()).__name__
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print("open-spiel", version("open-spiel"))
game = Asked()
print("make_observation(game, None, params)")
make_observation(game, None, PARAMS)
print("make_observer(kind, params)")
game.make_observer(KIND, PARAMS)
print("make_observer(params)")
game.make_observer(PARAMS)
kuhn = pyspiel.load_game("python_kuhn_poker")
print("OpenSpiel's own, make_observer({}):          ", asked(lambda: kuhn.make_observer({})))
print("OpenSpiel's own, make_observer(kind, params):", asked(lambda: kuhn.make_observer(KIND, PARAMS)))
print("OpenSpiel's own, make_observer(params):      ", asked(lambda: kuhn.make_observer(PARAMS)))
PYTHON
seen=$("$folder/env/bin/python" "$folder/seen.py")
echo "$seen"
expected='open-spiel 2.0.2
make_observation(game, None, params)
    asked for: None | params: {'\''depth'\'': 3}
make_observer(kind, params)
    asked for: the kind | params: {'\''depth'\'': 3}
make_observer(params)
    asked for: {'\''depth'\'': 3} | params: None
OpenSpiel'\''s own, make_observer({}):           Observer
OpenSpiel'\''s own, make_observer(kind, params): ValueError: Observation parameters not supported; passed {'\''depth'\'': 3}
OpenSpiel'\''s own, make_observer(params):       AttributeError: '\''dict'\'' object has no attribute '\''private_info'\'''
[ "$seen" = "$expected" ] || { echo "this is not what was seen before:"; diff <(echo "$expected") <(echo "$seen"); exit 1; }
echo "as seen before"
