"""The table of checkable numbers: published results and laws, and what this program makes of them."""

from countermove.study.verify.line import Line, to_json
from countermove.study.verify.table import CHECKS, Check, verify

__all__ = ["CHECKS", "Check", "Line", "to_json", "verify"]
