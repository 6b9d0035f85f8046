"""A program that does not parse."""

print("never")
if True
    print("never")
