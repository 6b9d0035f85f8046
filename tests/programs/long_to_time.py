"""So many functions, beside a thread that never waits, that to begin and to end to time them takes a while."""

source = "".join(f"def function_{number}(): pass\n" for number in range(4_000))
exec(source)
functions = [it for name, it in list(globals().items()) if name.startswith("function_")]
codes = [function.__code__ for function in functions]


def are_timed():
    return (function.__code__ is not code for function, code in zip(functions, codes))


print("ready", flush=True)
while not all(are_timed()):
    pass
print("all are timed", flush=True)
while all(are_timed()):
    pass
print("one is as before", flush=True)
while True:
    pass
