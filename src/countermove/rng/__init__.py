"""Random numbers with an address: seed, draw, luck, month, event, role."""
