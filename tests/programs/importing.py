"""Is in the middle of an import until it is interrupted."""

import importing_module  # noqa: F401
