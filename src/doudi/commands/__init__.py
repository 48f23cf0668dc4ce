"""The shell's edge: read the request, make one call below, show the result. No rules here.

One module per command; `main` finds them by name and loads the one that is asked for.
"""
