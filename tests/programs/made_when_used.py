"""Uses a package that makes its attributes when they are used."""

import made_when_used_package

for _ in range(5):
    made_when_used_package.function()
