"""Loads functions whose prologues differ, and ends."""

import constructs_module  # noqa: F401
