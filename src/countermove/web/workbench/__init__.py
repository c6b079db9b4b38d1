"""The workbench: a scenario as text and as a form, and beside it the answer, as it is changed."""
