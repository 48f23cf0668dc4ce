"""One module a kind of value: from what a sender wrote to the inside form, or what is wrong with the cell.

Whole columns at a time; Python looks only at distinct values and at bad cells. Must not know rows or sheets.
"""
