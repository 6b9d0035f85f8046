"""Five modules of callables that do nothing but count their own calls."""

from instrumenting_app.call_counts import CALL_COUNTS
from instrumenting_app.dummy_modules import mod_a, mod_b, mod_c, mod_d, mod_e
from instrumenting_app.registry import callables

REGISTRY = callables(mod_a, mod_b, mod_c, mod_d, mod_e)
CALL_COUNTS.update(dict.fromkeys(REGISTRY, 0))
