"""From text to numbers: compile, draw, step, run, replay."""
