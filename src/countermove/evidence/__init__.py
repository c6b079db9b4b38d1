"""What the record says: which theory of a patron the record supports, and how far it cannot tell."""
