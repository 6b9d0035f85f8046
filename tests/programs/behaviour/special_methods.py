"""Methods that the interpreter calls: operators, comparisons, iteration, containers."""


class Vector:
    def __init__(self, *items):
        self.items = items

    def __repr__(self):
        return f"Vector{self.items}"

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(*(a + b for a, b in zip(self.items, other.items)))

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __iadd__(self, other):
        self.items = (self + other).items
        return self

    def __neg__(self):
        return Vector(*(-item for item in self.items))

    def __invert__(self):
        return Vector(*reversed(self.items))

    def __matmul__(self, other):
        return sum(a * b for a, b in zip(self.items, other.items))

    def __eq__(self, other):
        return self.items == other.items

    def __hash__(self):
        return hash(self.items)

    def __bool__(self):
        return any(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, at):
        return self.items[at]

    def __contains__(self, item):
        return item in self.items

    def __iter__(self):
        return iter(self.items)

    def __format__(self, spec):
        return spec.join(map(str, self.items))

    def __lt__(self, other):
        return self.items < other.items

    def __index__(self):
        return self.items[0]


class Sequence:
    def __getitem__(self, at):
        if at > 2:
            raise IndexError
        return at

    def __next__(self):
        raise StopIteration

    def __iter__(self):
        return self


def main():
    a, b = Vector(1, 2), Vector(3, 4)
    print(a + b, sum([a, b]), -a, ~a, a @ b, a == b, a != b, {a: 1}[Vector(1, 2)])
    a += b
    print(a, bool(Vector(0)), not b, len(b), b[0], b[-1:], 3 in b, [*b], f"{b:-}", a < b)
    print([10, 20, 30, 40][Vector(2)], sorted([b, a, -a]), list(Sequence()))
    try:
        a + 1
    except TypeError as error:
        print(error)
    print(Sequence()[1], hex(Vector(255)), divmod(7, Vector(2).__index__()))
