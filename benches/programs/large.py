"""A large program: many functions in many modules, which are made in memory.

    instrsh benches/programs/large.py [MODULES [FUNCTIONS [THREADS]]]

As a module it gives `generate`. As a program it makes the modules, says how many
functions are in them, and calls some of them in each of its threads until it is
interrupted; without threads, it waits. Unless told otherwise it has
1,000 modules of 100 functions each, and no threads.
"""

import marshal
import sys
import threading
import time
from types import ModuleType

# As long as an average function of the standard library: about 105 code units.
FUNCTION = '''
def function_{number:03}(items=(3, 1, 2), *, limit={number}, **options):
    """Sum up what is above the limit."""
    total, skipped = 0, []
    for index, item in enumerate(items):
        try:
            if item < limit or item in options:
                skipped.append(index)
                continue
            total += item * {number}
        except TypeError as error:
            raise ValueError(item) from error
    return total or skipped
'''
METHODS_OF_A_CLASS = 10


def _source(functions: int) -> str:
    """Of each two functions, one is a method."""
    plain = functions - functions // 2
    text = "".join(FUNCTION.format(number=number) for number in range(plain))
    for number in range(plain, functions):
        if (number - plain) % METHODS_OF_A_CLASS == 0:
            text += f"\nclass Class{number:03}:\n"
        method = FUNCTION.format(number=number).replace("(items", "(self, items", 1)
        text += method.replace("\n", "\n    ").rstrip() + "\n"
    return text


def generate(modules: int, functions: int) -> list[ModuleType]:
    """Import that many modules `generated_0000`..., with so many functions each.

    Each function has a code object of its own.
    """
    code = marshal.dumps(compile(_source(functions), "<generated>", "exec"))
    generated = []
    for number in range(modules):
        module = ModuleType(f"generated_{number:04}")
        exec(marshal.loads(code), vars(module))
        sys.modules[module.__name__] = module
        generated.append(module)
    return generated


def call_for_ever(module: ModuleType, pause: float, begin: threading.Event) -> None:
    """Call the first function of a module again and again."""
    begin.wait()
    while True:
        module.function_000()
        if pause:
            time.sleep(pause)


def main(
    modules: int = 1_000, functions: int = 100, threads: int = 0, pause: float = 0
) -> None:
    """Make the modules, and run for ever.

    Many threads that never pause have 5 ms each before it is anybody else's turn.
    """
    generated = generate(modules, functions)
    # Threads that are already busy would delay the next ones.
    begin = threading.Event()
    for number in range(threads):
        arguments = (generated[number % modules], pause, begin)
        threading.Thread(target=call_for_ever, args=arguments, daemon=True).start()
    sys.stderr.write(f"{modules * functions} functions in {modules} modules\n")
    sys.stderr.flush()
    begin.set()
    threading.Event().wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), *map(float, sys.argv[4:]))
