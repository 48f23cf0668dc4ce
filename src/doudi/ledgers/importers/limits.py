"""How much a file may hold: declared here once, named in every refusal. Knows no format."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The bounds of one file.

    `size`: its bytes. `opened`: a package's parts together, unpacked. `ratio`: how many times its packed size a
    part over `free` bytes may grow. `parts`: in a package. `cells`: rows × columns of one sheet, from its first
    cell to its last. `text`: the characters of a file's cells together, as they are once copied into each cell.
    """

    size: int = 512 * MIB
    opened: int = 3072 * MIB
    ratio: int = 200
    free: int = 16 * MIB
    parts: int = 5_000
    sheets: int = 255
    rows: int = 10_000_000
    columns: int = 2_000
    cells: int = 60_000_000
    text: int = 1024 * MIB


LIMITS = Limits()


def mib(count: int) -> str:
    """A number of bytes for people."""
    return f"{max(1, round(count / MIB)):,} MiB"
