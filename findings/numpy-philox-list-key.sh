#!/usr/bin/env bash
# numpy 2.4.6: numpy.random.Philox(key=[a, b]) with a Python list in which one number is 2^63 or more.
#
# A key is two 64-bit words, and `key` takes what can be read as an array of uint64. A good guess: every pair of numbers below 2^64 is a key of its
# own. Behaviour: a list that mixes a number from 2^63 up with a smaller one is first made an array of float64 (as numpy.array does with such a list),
# so its last eleven bits are lost, and 2^63 and 2^63 + 1 give one stream. The only sign is a RuntimeWarning where the rounded number is 2^64. The same
# numbers in an array of uint64, or a single integer of 128 bits, are told apart.
#
# Seen with numpy 2.4.6, Python 3.11, Linux x86-64. Fails where that changes. Needs a network that reaches PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -qq --disable-pip-version-check numpy==2.4.6
cat > "$folder/seen.py" <<'PYTHON'
import numpy as np

def first(key):
    return np.random.Generator(np.random.Philox(key=key)).integers(0, 2**32, 3).tolist()

high = 2**63
print("numpy", np.__version__)
print("list, 2^63 and 7:         ", first([high, 7]))
print("list, 2^63 + 1 and 7:     ", first([high + 1, 7]))
print("uint64, 2^63 and 7:       ", first(np.array([high, 7], np.uint64)))
print("uint64, 2^63 + 1 and 7:   ", first(np.array([high + 1, 7], np.uint64)))
print("list, 2^62 and 7:         ", first([high // 2, 7]))
print("list, 2^62 + 1 and 7:     ", first([high // 2 + 1, 7]))
PYTHON
seen=$("$folder/env/bin/python" "$folder/seen.py")
echo "$seen"
expected='numpy 2.4.6
list, 2^63 and 7:          [1940965442, 2020595698, 691873905]
list, 2^63 + 1 and 7:      [1940965442, 2020595698, 691873905]
uint64, 2^63 and 7:        [1940965442, 2020595698, 691873905]
uint64, 2^63 + 1 and 7:    [1032931740, 2895733180, 526982526]
list, 2^62 and 7:          [2452588429, 3121046782, 361813777]
list, 2^62 + 1 and 7:      [1109007524, 2484969883, 3481607341]'
[ "$seen" = "$expected" ] || { echo "this is not what was seen before:"; diff <(echo "$expected") <(echo "$seen"); exit 1; }
echo "as seen before"
