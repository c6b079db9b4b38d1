"""How forecasts that were sealed turned out."""
