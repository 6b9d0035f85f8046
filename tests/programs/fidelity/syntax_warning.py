"""A warning of the compiler."""

print(1 is 1, "\d")
import broken_neighbour
