"""The same month again in plain NumPy, in float64, to check the engine against."""

from countermove.reference.draws import layout, slot_count
from countermove.reference.offset import Offset, offset
from countermove.reference.run import Trace, simulate

__all__ = ["Offset", "Trace", "layout", "offset", "simulate", "slot_count"]
