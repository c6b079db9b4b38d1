#!/usr/bin/env bash
# pygambit 16.7.0: a label that ends in a backslash, saved by to_efg or to_nfg and read by read_efg or read_nfg.
#
# A label is refused unless it is of printable ASCII without doubled or outer spaces, so "end\" is a label: pygambit takes it, and writes it with its
# backslash doubled. A good guess: what pygambit writes, pygambit reads. Behaviour: its reader takes \" for a quotation mark within the label however many
# backslashes come before it, so the label runs on past its end, and the file is refused. None of one to eight backslashes in the file
# helps, and a title fares no better. (That backslashes elsewhere multiply when a file is read is another matter: those files are read.)
#
# Seen with pygambit 16.7.0, Python 3.11, Linux x86-64. Fails where that changes. Needs a network that reaches PyPI and, as pygambit 16.7.0 is built
# from source, a C++ compiler and some minutes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -qq --disable-pip-version-check pygambit==16.7.0
cat > "$folder/seen.py" <<'PYTHON'
import io

import pygambit

END = "end\\"


def tree():
    game = pygambit.Game.new_tree(players=["P1"])
    game.append_move(game.root, "P1", ["L", "R"])
    return game


def table():
    return pygambit.Game.new_table([2, 1])


def named_set(game, label):
    game.root.infoset.label = label


def named_action(game, label):
    next(iter(game.root.infoset.actions)).label = label


def named_strategy(game, label):
    next(iter(next(iter(game.players)).strategies)).label = label


def named_player(game, label):
    next(iter(game.players)).label = label


def titled(game, label):
    game.title = label


def read(text):
    try:
        (pygambit.read_efg if text.startswith("EFG") else pygambit.read_nfg)(io.BytesIO(text.encode()))
        return "read"
    except ValueError as error:
        return f"ValueError: {error}"


print("pygambit", pygambit.__version__)
for label in ("end", END):
    for make, name in ((tree, named_set), (tree, named_action), (table, named_strategy), (table, named_player), (table, titled)):
        game = make()
        name(game, label)
        print(label, name.__name__, "->", read(game.to_efg() if make is tree else game.to_nfg()))
game = tree()
named_set(game, END)
line = next(line for line in game.to_efg().splitlines() if line.startswith("p "))
print("written as", line)
game = tree()
named_set(game, "end")
print("with 1 to 8 backslashes:", [read(game.to_efg().replace('"end"', '"end' + count * "\\" + '"')) == "read" for count in range(1, 9)])
PYTHON
seen=$("$folder/env/bin/python" "$folder/seen.py")
echo "$seen"
expected='pygambit 16.7.0
end named_set -> read
end named_action -> read
end named_strategy -> read
end named_player -> read
end titled -> read
end\ named_set -> ValueError: Parse error in game file: line 4:24: Expected '\''{'\''
end\ named_action -> ValueError: Parse error in game file: line 4:27: Expected action label
end\ named_strategy -> ValueError: Parse error in game file: line 3:15: Expected '\''}'\''
end\ named_player -> ValueError: Parse error in game file: line 1:47: Expected '\''}'\''
end\ titled -> ValueError: Parse error in game file: line 1:21: Expected '\''{'\''
written as p "" 1 1 "end\\" { "L" "R" } 0
with 1 to 8 backslashes: [False, False, False, False, False, False, False, False]'
[ "$seen" = "$expected" ] || { echo "this is not what was seen before:"; diff <(echo "$expected") <(echo "$seen"); exit 1; }
echo "as seen before"
