"""What tests build with: wars, runs, findings, files and pages, each made in one place."""
