"""The workbook comes back: what was read goes to its sender with bad cells marked, and is known when it returns.

Knows readings and files; decides nothing about a row.
"""

from doudi.ledgers.returning.marks import MarkedSheet, Marker, marker_of, stripped
from doudi.ledgers.returning.returned import return_workbook

__all__ = ["MarkedSheet", "Marker", "marker_of", "return_workbook", "stripped"]
