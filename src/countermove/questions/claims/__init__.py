"""Which sentences of an argument hold, on the record and in the model."""
