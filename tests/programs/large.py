"""A module and a class with more in them than is read at once."""

exec("\n".join(f"def function_{number}(): pass" for number in range(2500)))
exec("class Large:\n" + "\n".join(f"    def method_{number}(self): pass" for number in range(2500)))
