"""Is in the middle of two imports until it is told to go on by the pipe in its argument."""

import importing_until_told_package

for _ in range(3):
    importing_until_told_package.function()
    importing_until_told_package.inner.function()
