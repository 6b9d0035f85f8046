"""A method that is inherited along four million ways."""


class Base:
    def run(self):
        return 1


left = right = Base
for level in range(22):
    bases = (left, right) if level else (Base,)
    left, right = type(f"Left{level}", bases, {}), type(f"Right{level}", bases, {})
