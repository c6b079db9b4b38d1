"""What many wars say of support: the model of docs/explanation/many-wars.md, run by scripts/derive_side_years.py."""
