"""Files of every shape that departments send, each brought to grids. Nothing here knows what a column means.

`read_workbook` is the one way in. A module per shape of file: `xlsx`, `xls`, `ods`, `delimited`, `html`, `xml2003`.
"""

from doudi.ledgers.importers.grid import Grid, Range, Workbook
from doudi.ledgers.importers.limits import LIMITS, Limits
from doudi.ledgers.importers.workbook import read_workbook, workbook_of

__all__ = ["LIMITS", "Grid", "Limits", "Range", "Workbook", "read_workbook", "workbook_of"]
