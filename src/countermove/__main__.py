"""`python -m countermove`: the command line, where the command itself is not on the path."""

from __future__ import annotations

import sys

from countermove.cli.main import main

sys.exit(main())
