"""Loads what stands behind names in many ways, and ends."""

import resolution_module  # noqa: F401
