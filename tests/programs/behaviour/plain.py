"""Plain functions: arguments, results, a docstring alone, one line alone."""


def answer():
    return 42


def nothing():
    """Says nothing."""


def one_line(a): return a + 1  # noqa: E704


def two_statements(a): a += 1; return a  # noqa: E702, E704


def branches(number):
    if number < 0:
        sign = "negative"
    elif number == 0:
        sign = "zero"
    else:
        sign = "positive"
    return f"{number:+d} is {sign!r:>10}"


def over_several_lines(
    first,
    second,
):
    return (
        first
        + second
    )


def main():
    print(answer(), nothing(), nothing.__doc__, one_line(1), two_statements(2))
    for number in (-1, 0, 1):
        print(branches(number))
    print(over_several_lines("a", "b"), over_several_lines(second=1, first=2))
    print([one_line(number) for number in range(10)])
