"""Jumps over more than 255 and more than 65,535 code units, forwards and backwards."""

import traceback


def _function(name, size):
    lines = [
        f"def {name}(flag):",
        "    total = 0",
        "    for round in range(3):",
        "        if flag:",
        *(f"            total += round + {number}" for number in range(size)),
        "        elif round == 1:",
        "            continue",
        "        try:",
        *(f"            total -= {number}" for number in range(size)),
        "            if total > 10 ** 12: break",
        "            1 / (round - 2 if flag == 2 else 1)",
        "        finally:",
        "            total += 1",
        "    return total",
    ]
    exec(compile("\n".join(lines), f"<{name}>", "exec"), globals())


# 3 + 2 code units or more a line: around each limit, so that some only need a wider argument
# when they are patched.
for _size in (1, 10, 20, *range(44, 56), 300):
    _function(f"jumps_{_size}", _size)


def main():
    for name, function in sorted(globals().items()):
        if not name.startswith("jumps_"):
            continue
        print(name, function(0), function(1))
        try:
            function(2)
        except ZeroDivisionError:
            print(traceback.format_exc())


for _jumps in [it for name, it in globals().items() if name.startswith("jumps_")]:
    _jumps.__module__ = __name__
