"""From files to facts: CSV and Parquet in any declared spelling become tables in the inside form.

A file that cannot be read at all raises one clear message. A row that cannot stand is kept: it is listed
with its row, column, value, what is allowed and what to do, and can be handed back (`rejects`). This
package must not write to the store; whoever calls decides whether good rows go in without the bad ones.
"""

from doudi.store.importers.reading import Reading, read_file, read_table
from doudi.store.importers.rejects import write_rejects
from doudi.store.importers.shape import Shape, shape_of

__all__ = ["Reading", "Shape", "read_file", "read_table", "shape_of", "write_rejects"]
