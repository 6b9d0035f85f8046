"""Reads the constants of its functions as compilers do: numbers, by their types and their digits."""

import sys
from pickle import dumps, loads

from constants_module import double, triple

first, second = (function.__code__.co_consts[-1] for function in (double, triple))
facts = {
    "compiled": [isinstance(it, int) and eval(f"~{it}") for it in (first, second)],
    "equal": [first == second, first == 0, 0 == first, first in {0, second}],
    "itself": [first == first, first in {first}, first in double.__code__.co_consts],
    "sent elsewhere": type(loads(dumps(first))),
    "replaced": double.__code__ == double.__code__.replace(),
    "called": double(1) + triple(1),
}
for name, fact in facts.items():
    print(name, fact, file=sys.stderr)
