"""What holds against a rival who thinks ahead."""
