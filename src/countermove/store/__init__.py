"""Where results rest: key, save, load, manifest."""
