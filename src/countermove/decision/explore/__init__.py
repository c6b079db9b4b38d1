"""What would change the answer: robust choice, flips, boxes, effects, information, pathways."""
