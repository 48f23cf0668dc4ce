"""A policy as a workbook that policy staff edit and sign, and back: nothing is lost, and nothing is guessed.

`layout` names sheets and columns, `words` the cells' language; `write` and `read` follow them.
"""
