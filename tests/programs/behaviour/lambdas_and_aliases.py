"""A function without a name, and one with two."""

double = lambda number: number * 2  # noqa: E731
chained = lambda: lambda: (yield)  # noqa: E731
choose = lambda flag, *, a=1: a if flag else -a  # noqa: E731


def original(text):
    return text[::-1]


alias = original


class Holder:
    method = original
    square = lambda self, number: number**2  # noqa: E731


def main():
    print(double(4), double.__name__, choose(True), choose(False, a=3), type(chained()()).__name__)
    print(original("abc"), alias("def"), alias is original, Holder.method("ghi"))
    print(Holder().square(5), Holder.square.__qualname__, sorted([3, 1, 2], key=double))
