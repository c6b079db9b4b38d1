"""How actors choose: one theory per file, and the written strategies."""
