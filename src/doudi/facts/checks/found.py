"""What a rule found: one row per settlement or line, with the sum that is out and a message.

This module must not know rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from doudi.facts.money import decimal_from_fen

Level = Literal["error", "notice"]
Column: TypeAlias = pa.Array | pa.ChunkedArray

SCHEMA = pa.schema(
    {
        "rule": pa.string(),
        "level": pa.string(),
        "setl_id": pa.string(),
        "line": pa.string(),
        "amount_fen": pa.int64(),
        "message": pa.string(),
    }
)


@dataclass(frozen=True)
class Fen:
    """A column of fen inside a message, told as yuan."""

    values: Column


@dataclass
class Found:
    """Findings in the making over one table, and the rules that could not be run on it."""

    data: pa.Table
    parts: list[pa.Table] = field(default_factory=list)
    not_run: list[tuple[str, str]] = field(default_factory=list)

    def add(
        self,
        rule: str,
        level: Level,
        rows: Column,
        *message: str | Column | Fen,
        amount: Column | None = None,
    ) -> None:
        """Note the rows for which `rows` holds; columns in the message and the amount (fen) speak row by row."""
        rows = _whole(rows).fill_null(False)
        if not pc.any(rows).as_py():
            return
        ids = self.data["setl_id"].filter(rows)
        count = len(ids)
        has_lines = "bkkp_sn" in self.data.column_names
        columns = [
            pa.repeat(rule, count),
            pa.repeat(level, count),
            ids,
            self.data["bkkp_sn"].filter(rows) if has_lines else pa.nulls(count, pa.string()),
            pa.nulls(count, pa.int64()) if amount is None else _whole(amount).filter(rows),
            _joined([part if isinstance(part, str) else _told(part, rows) for part in message], count),
        ]
        self.parts.append(pa.table(columns, schema=SCHEMA))

    def lacks(self, rule: str, *columns: str) -> bool:
        """Whether a column that a rule needs holds nothing at all; the rule is then noted as not run."""
        missing = [name for name in columns if not self.has(name)]
        if missing:
            self.not_run.append((rule, "、".join(name.removesuffix("_fen") for name in missing)))
        return bool(missing)

    def has(self, name: str) -> bool:
        """Whether a column holds anything."""
        return name in self.data.column_names and self.data[name].null_count < self.data.num_rows

    def table(self) -> pa.Table:
        """All findings, errors first, by rule and settlement."""
        whole = pa.concat_tables(self.parts) if self.parts else SCHEMA.empty_table()
        return whole.sort_by([(name, "ascending") for name in ("level", "rule", "setl_id", "line")])


def _told(part: Column | Fen, rows: pa.Array) -> pa.Array:
    values = _whole(part.values if isinstance(part, Fen) else part).filter(rows)
    return (decimal_from_fen(values) if isinstance(part, Fen) else values).cast(pa.string())


def _joined(parts: list[str | pa.Array], count: int) -> pa.Array:
    texts = [pa.repeat(part, count) if isinstance(part, str) else part.fill_null("空") for part in parts]
    return pc.binary_join_element_wise(*texts, "") if len(texts) > 1 else texts[0]


def _whole(column: Column) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
