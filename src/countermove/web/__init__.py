"""What is served to browsers: the workbench, and what every page of ours is guarded by."""
