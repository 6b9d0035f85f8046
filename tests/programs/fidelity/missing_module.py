"""A module that is not there, and one whose package is not."""

#: run
#: arguments -m missing
#: arguments -m missing.module
#: arguments -m neighbour.inside
#: arguments -m neighbour one
#: arguments -m json.tool
#: arguments -m os.path
#: arguments -m sys
#: arguments -m missing_module/
#: arguments -m json
