"""The table of checkable numbers: published results and laws, and what this program makes of them."""

from countermove.verify.line import Line, Verified
from countermove.verify.table import CHECKS, Check, verify

__all__ = ["CHECKS", "Check", "Line", "Verified", "verify"]
