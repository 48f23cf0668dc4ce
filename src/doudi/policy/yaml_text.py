"""Plain policy data written as YAML that a person would write: short parts on one line, long ones unfolded.

What `text` reads back is the same data. Leaves are text or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 110

#: What may stand without quotes and be read back as itself.
_INNER = r"A-Za-z0-9_.%/\u4e00-\u9fff\u3001-\u301f\uff01-\uff5e“”‘’—…×-"
_BARE = re.compile(rf"-?[A-Za-z0-9_\u4e00-\u9fff《（][{_INNER}]*(?: [{_INNER}]+)*")
_LIKE_OCTAL = re.compile(r"0\d+")
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def flow(data: Any) -> str:
    """Data on one line."""
    if isinstance(data, Mapping):
        return "{" + ", ".join(f"{_scalar(str(key))}: {flow(value)}" for key, value in data.items()) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in data) + "]"
    return "null" if data is None else _scalar(data)


def dump(data: Mapping[str, Any]) -> str:
    """A whole file."""
    return "\n".join(_block(data)) + "\n"


def _block(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _entry(f"{_scalar(str(key))}:", value)
    else:
        for item in data:
            yield from _entry("-", item)


def _entry(head: str, value: Any) -> Iterator[str]:
    line = f"{head} {flow(value)}"
    parts = value if isinstance(value, (list, tuple)) else ()
    nested = isinstance(value, Mapping) or any(isinstance(part, (Mapping, list, tuple)) for part in parts)
    if not nested or len(line) <= WIDTH - 10:
        yield line
    elif head == "-":
        first, *rest = _block(value)
        yield f"- {first}"
        yield from (f"  {text}" for text in rest)
    else:
        yield head
        yield from (f"  {text}" for text in _block(value))


def _scalar(text: str) -> str:
    if _BARE.fullmatch(text) and text != "null" and not _LIKE_OCTAL.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
