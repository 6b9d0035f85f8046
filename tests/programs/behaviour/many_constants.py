"""More than 255 constants, names and locals: the hook's constant needs a wider argument."""


def _function(name, count):
    body = [f"    local_{number} = {number + 1000}" for number in range(count)]
    names = " + ".join(f"local_{number}" for number in range(count))
    text = "\n".join([f"def {name}(argument='none'):", *body, f"    return argument, {names}"])
    exec(compile(text, f"<{name}>", "exec"), globals())
    globals()[name].__module__ = __name__


for _count in (1, 2, 100, 252, 253, 254, 255, 256, 257, 258, 300):
    _function(f"constants_{_count}", _count)

exec(
    "def loop_at_the_start():\n"
    "    while True:\n"
    "        if next(numbers) > 3: return 1\n"
    + "".join(f"        name_{number} = {number}.5\n" for number in range(300)),
    globals(),
)


def main():
    global numbers
    for name, function in sorted(globals().items()):
        if name.startswith("constants_"):
            print(name, function(), function(argument=1), function.__code__.co_nlocals)
    numbers = iter(range(10))
    print(loop_at_the_start(), next(numbers))
