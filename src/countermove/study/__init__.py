"""What is needed, stored or computed, gathered into a Dossier."""
