#: python -Wdefault
"""A file with warnings and an error tells each once."""

print("\d", 1 is 1)
break
