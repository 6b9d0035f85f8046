"""Imports a module when it has started, and uses it."""

import statistics

for numbers in ([1, 2], [3, 4, 5], [6]):
    print(statistics.mean(numbers))
