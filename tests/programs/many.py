"""As many functions as the first argument says, spread over as many modules as the second one says."""

import sys
import time
import types

FUNCTIONS, MODULES = map(int, sys.argv[1:3])

for number in range(MODULES):
    module = types.ModuleType(f"many_{number}")
    names = range(FUNCTIONS // MODULES)
    exec("\n".join(f"def function_{name}(): pass" for name in names), module.__dict__)
    sys.modules[module.__name__] = module

print("ready", flush=True)
while True:
    time.sleep(0.01)
