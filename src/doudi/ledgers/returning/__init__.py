"""The workbook comes back: what was read goes to its sender with bad cells marked, and is known when it returns.

Knows readings and files; decides nothing about a row.
"""

from doudi.ledgers.returning.marks import Marker, Place, marker_of, stripped
from doudi.ledgers.returning.returned import return_workbook

__all__ = ["Marker", "Place", "marker_of", "return_workbook", "stripped"]
