"""Nested classes, and inheritance: base, overriding, mixed-in."""

from instrumenting_app.call_counts import CALL_COUNTS

__call_counts__ = CALL_COUNTS
count = CALL_COUNTS.counter(__name__)


class Outer:
    @property
    def value(self) -> None:
        count("Outer.value")

    @classmethod
    def class_method(cls) -> None:
        count("Outer.class_method")

    @staticmethod
    def static_method() -> None:
        count("Outer.static_method")

    def method(self) -> None:
        count("Outer.method")

    def other_method(self) -> None:
        count("Outer.other_method")

    class Inner:
        @property
        def value(self) -> None:
            count("Outer.Inner.value")

        @classmethod
        def class_method(cls) -> None:
            count("Outer.Inner.class_method")

        @staticmethod
        def static_method() -> None:
            count("Outer.Inner.static_method")

        def method(self) -> None:
            count("Outer.Inner.method")

        def other_method(self) -> None:
            count("Outer.Inner.other_method")

        class Deepest:
            @staticmethod
            def static_method() -> None:
                count("Outer.Inner.Deepest.static_method")

            def method(self) -> None:
                count("Outer.Inner.Deepest.method")


class Shape:
    @property
    def area(self) -> None:
        count("Shape.area")

    @classmethod
    def unit(cls) -> None:
        count("Shape.unit")

    @staticmethod
    def scale() -> None:
        count("Shape.scale")

    def draw(self) -> None:
        count("Shape.draw")

    def move(self) -> None:
        count("Shape.move")


class Circle(Shape):
    @property
    def area(self) -> None:
        count("Circle.area")

    @classmethod
    def unit(cls) -> None:
        count("Circle.unit")

    def draw(self) -> None:
        count("Circle.draw")


class Square(Shape):
    @property
    def area(self) -> None:
        count("Square.area")

    @staticmethod
    def scale() -> None:
        count("Square.scale")

    def draw(self) -> None:
        count("Square.draw")

    def rotate(self) -> None:
        count("Square.rotate")


class Named:
    @property
    def name(self) -> None:
        count("Named.name")

    def rename(self) -> None:
        count("Named.rename")


class Badge(Named, Circle):
    @classmethod
    def unit(cls) -> None:
        count("Badge.unit")

    def draw(self) -> None:
        count("Badge.draw")

    def rename(self) -> None:
        count("Badge.rename")
