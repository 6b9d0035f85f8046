"""A folder that holds no program."""

#: run .
