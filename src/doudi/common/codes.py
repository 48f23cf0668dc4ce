"""The national code lists, each with whether it is complete and what is doubtful about it.

The lists themselves are data (`code_lists.toml`). A complete list refuses an unknown value; any other
takes it, and the loader says so once. This module must not know which columns use a list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list: its values with Chinese names, and how far it can be trusted."""

    name: str
    zh: str
    en: str
    complete: bool
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    width: int = 0
    note: str = ""

    def normal(self, value: str) -> str:
        """The value as the list writes it: feeds drop the leading zero of a padded code."""
        return value.zfill(self.width) if self.width and value.isdigit() else value

    def refuses(self, value: str) -> bool:
        """Whether the (normal) value cannot be."""
        return self.complete and value not in self.values

    def is_new(self, value: str) -> bool:
        """Whether the (normal) value is taken, but worth a notice; a list without values knows nothing."""
        return not self.complete and bool(self.values) and value not in self.values

    def allowed(self) -> str:
        """The values for a message."""
        return "、".join(f"{code} {name}".strip() for code, name in self.values.items())


@cache
def code_lists() -> Mapping[str, CodeList]:
    """All lists by name."""
    text = files("doudi.common").joinpath("code_lists.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: CodeList(name=name, **body) for name, body in tomllib.loads(text).items()})


def code_list(name: str) -> CodeList:
    """One list by name; an unknown name is a programming error."""
    return code_lists()[name]
