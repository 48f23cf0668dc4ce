"""The generated page is current and complete; templates are files that the loader takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from doudi.facts.reference import page
from doudi.facts.registry import TABLES
from doudi.facts.templates import header_line
from doudi.store.importers import read_file

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "facts.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: doudi claims reference > docs/reference/facts.md"


def test_the_page_names_every_table_column_list_and_identity() -> None:
    text = page()
    for table in TABLES.values():
        assert f"## {table.name}\n" in text
        for column in table:
            assert f"| `{column.name}` |" in text
            if column.codes and column.codes.values:
                assert f"### {column.codes.name}\n" in text
        for identity in table.identities:
            assert f"**{identity.name}**" in text


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("spelling", ["platform", "interface", "zh"])
@pytest.mark.parametrize("required", [True, False])
def test_a_template_is_a_file_of_its_table(name: str, spelling: str, required: bool, tmp_path: Path) -> None:
    line = header_line(TABLES[name], spelling, required_only=required)  # type: ignore[arg-type]
    (tmp_path / "a.csv").write_text(line, encoding="utf-8-sig", newline="")
    reading = read_file(tmp_path / "a.csv", name)
    assert reading.data.num_rows == 0
    assert not reading.matched.left_out
    assert len(reading.matched.places) == len(TABLES[name].required if required else TABLES[name].columns)
