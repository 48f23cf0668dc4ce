"""YAML read so that every value keeps its line, and every number its spelling.

Numbers, dates and yes/no words stay text here: `0.1` must not pass through a float, and only the schema knows what a
value should be. A key given twice is a fault (YAML itself would quietly keep the last).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from doudi.common.errors import Faults, PolicyFault

Loc = tuple[str | int, ...]
#: A policy file is read by people; anything larger is not one.
LARGEST_BYTES = 4 * 1024 * 1024


@dataclass
class Document:
    """One parsed file: plain data whose leaves are text or None, and the line of each place in it."""

    path: Path
    data: Any
    lines: dict[Loc, int] = field(default_factory=dict)

    def where(self, loc: Loc) -> str:
        """The file and the line of a place, or of the nearest place that holds it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return f"{self.path} 第 {self.lines.get(loc, 1)} 行"


def read_document(path: Path) -> Document:
    """Read one policy file.

    Raises `PolicyFault` for a file that is missing, too large, not UTF-8 or not YAML, and for repeated keys.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise PolicyFault(
                "文件过大，不像是政策文件",
                where=str(path),
                allowed=f"至多 {LARGEST_BYTES // 1024 // 1024} MiB",
                do="核对文件路径",
            )
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise PolicyFault("找不到政策文件", where=str(path), do="核对路径，或用 doudi policy list 查看已有政策") from None
    except UnicodeDecodeError:
        raise PolicyFault("文件不是 UTF-8 编码", where=str(path), do="另存为 UTF-8 后重试") from None
    return parse_document(text, path)


def parse_document(text: str, path: Path) -> Document:
    """Parse policy text; `path` only names the file in messages."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyFault(
            f"YAML 写法有误（{error.problem}）",
            where=f"{path} 第 {line} 行",
            do="核对缩进、冒号后的空格、引号和括号是否成对",
        ) from None
    except yaml.YAMLError as error:
        raise PolicyFault(f"YAML 写法有误（{error}）", where=str(path), do="删去不可见的控制字符") from None
    document = Document(path, None)
    faults: list[PolicyFault] = []
    document.data = _plain(root, (), document, faults, 0)
    if faults:
        raise Faults(faults)
    return document


def _plain(node: yaml.Node | None, loc: Loc, document: Document, faults: list[PolicyFault], depth: int) -> Any:
    if node is None:
        return None
    document.lines[loc] = node.start_mark.line + 1
    if depth > 40:
        faults.append(PolicyFault("层级过深", where=document.where(loc), allowed="至多 40 层", do="减少嵌套"))
        return None
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if not key or key in out:
                what = f"“{key}”重复出现" if key else "键必须是一个词"
                faults.append(
                    PolicyFault(what, where=f"{document.path} 第 {key_node.start_mark.line + 1} 行", do="每个键只写一次")
                )
                continue
            out[key] = _plain(value_node, (*loc, key), document, faults, depth + 1)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*loc, i), document, faults, depth + 1) for i, child in enumerate(node.value)]
    # An empty or `null` plain scalar means "nothing"; quoted text is always text.
    if node.style is None and node.value in ("", "~", "null"):
        return None
    return str(node.value)
