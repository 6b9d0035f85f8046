"""Nor is this indented well."""

if True:
	print("never")
        print("never")
