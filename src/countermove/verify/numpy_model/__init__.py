"""The same month again in plain NumPy, in float64, to check the engine against."""

from countermove.verify.numpy_model.draws import layout, slot_count
from countermove.verify.numpy_model.offset import Offset, offset
from countermove.verify.numpy_model.run import Trace, simulate

__all__ = ["Offset", "Trace", "layout", "offset", "simulate", "slot_count"]
