"""With a mark at its start, and lines that end as on other systems."""
print(__doc__)
1/0