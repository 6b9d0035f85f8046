"""Since 3.14 the compiler makes functions for annotations; the first look at those calls them."""


class Point:
    x: int
    y: Later

    def move(self, by: Later) -> int: ...


class Plain(Point):
    pass


class Own:
    z: int

    def __annotate__(format):
        return {"made by": "hand"}


def distance(a: Point, b: Later) -> float: ...


Later = str
print(Point.__annotations__, Point.__annotations__ is Point.__annotations__)
print(Point.move.__annotations__, distance.__annotations__)
print(Plain.__annotations__, Own.__annotations__)
limit: int = 1
