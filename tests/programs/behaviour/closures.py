"""Functions with cells: free variables, `nonlocal`, cells of their own."""


def _counter(step):
    total = 0

    def count():
        nonlocal total
        total += step
        return total

    def reset():
        nonlocal total
        total = 0

    return count, reset


by_one, reset_one = _counter(1)
by_ten, reset_ten = _counter(10)


def _deep(a):
    def middle(b):
        def inner(c, d=a):
            return a, b, c, d, (lambda: (a, b, c))()

        return inner

    return middle


deep = _deep("a")("b")


def own_cell(value):
    changed = [value]

    def change():
        nonlocal value
        value += 1
        changed.append(value)

    change()
    change()
    return value, changed, change.__closure__[1].cell_contents


def in_a_loop():
    return [function() for function in [lambda bound=number: (bound, number) for number in range(3)]]


def unbound():
    def early():
        return late

    try:
        early()
    except NameError as error:
        print(error)
    late = "assigned"
    return early()


def main():
    reset_one()
    reset_ten()
    print(by_one(), by_one(), by_ten(), by_ten(), by_one())
    print(deep("c"), deep("c", "d"), own_cell(1), in_a_loop(), unbound())
    print(deep.__closure__[0].cell_contents, deep.__code__.co_freevars)
