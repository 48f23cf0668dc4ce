"""YAML read so that every value keeps its line, and every number its spelling.

Numbers, dates and yes/no words stay text here: `0.1` must not pass through a float, and only the schema
knows what a value should be. What YAML would quietly accept and a reader would misread is a fault: a key
given twice, anchors, tags.
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
DEEPEST = 40

#: What the parser says, retold. The first that its message contains.
_RETOLD = (
    ("expected ',' or", "方括号或花括号没有成对，或各项之间缺逗号"),
    ("unexpected end of stream", "引号没有成对"),
    ("mapping values are not allowed", "一行里有两个冒号，或缩进与上一行不合"),
    ("character '\\t'", "缩进用了制表符"),
    ("cannot start any token", "值以特殊符号开头，要加引号"),
    ("expected <block end>", "缩进与上文不一致"),
    ("could not find expected ':'", "键后缺冒号"),
    ("another document", "一个文件里写了两份（多出一行 ---）"),
    ("unknown escape", "双引号内的反斜杠写法不对"),
    ("undefined alias", "值以 * 开头，要加引号"),
    ("expected the node content", "冒号或逗号后缺少内容"),
)


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
        return _line(self.path, self.lines.get(loc, 1))


def read_document(path: Path) -> Document:
    """Read one policy file.

    Raises `PolicyFault` for a file that is missing, too large, not UTF-8 or not YAML; `Faults` for what
    YAML allows and we do not.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            most = f"至多 {LARGEST_BYTES // 1024 // 1024} MiB"
            raise PolicyFault("文件过大，不像是政策文件", str(path), most, "核对文件路径")
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        do = "核对路径，或用 doudi policy list 查看已有政策"
        raise PolicyFault("找不到政策文件", str(path), do=do) from None
    except PermissionError:
        raise PolicyFault("没有权限读这个文件", str(path), do="核对文件权限") from None
    except UnicodeDecodeError:
        raise PolicyFault("文件不是 UTF-8 编码", str(path), do="另存为 UTF-8 后重试") from None
    return parse_document(text, path)


def parse_document(text: str, path: Path) -> Document:
    """Parse policy text; `path` only names the file in messages."""
    try:
        # The pure Python loader: the C one crashes on a file of half a million opening brackets.
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = f"{error.context or ''} {error.problem or ''}"
        what = next(
            (ours for theirs, ours in _RETOLD if theirs in told), f"不合 YAML 写法（{error.problem}）"
        )
        do = "核对缩进、冒号后的空格、引号和括号是否成对"
        raise PolicyFault(what, _line(path, mark.line + 1 if mark else 1), do=do) from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise PolicyFault("有不可见的控制字符", _line(path, line), do="删去它") from None
    except RecursionError:
        raise _too_deep(str(path)) from None
    document = Document(path, None)
    faults: list[PolicyFault] = []
    document.data = _Plain(document, faults).read(root, ())
    if faults:
        raise faults[0] if len(faults) == 1 else Faults(faults)
    return document


class _Plain:
    """One walk from YAML's nodes to plain data."""

    def __init__(self, document: Document, faults: list[PolicyFault]) -> None:
        self.document, self.faults = document, faults
        self.seen: set[int] = set()

    def say(self, node: yaml.Node, what: str, do: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(PolicyFault(what, _line(self.document.path, line), do=do))

    def read(self, node: yaml.Node | None, loc: Loc) -> Any:
        if node is None:
            return None
        self.document.lines[loc] = node.start_mark.line + 1
        if id(node) in self.seen:  # an alias; a few lines of them unfold to gigabytes
            return self.say(node, "不用锚点（&）和别名（*）", "把内容写全")
        self.seen.add(id(node))
        if not node.tag.startswith("tag:yaml.org"):
            self.say(node, f"不用标签（{node.tag}）", "删去标签，或给值加引号")
        if len(loc) >= DEEPEST and not isinstance(node, yaml.ScalarNode):
            self.faults.append(_too_deep(self.document.where(loc)))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*loc, i)) for i, child in enumerate(node.value)]
        # An empty or `null` plain scalar means "nothing"; quoted text is always text.
        plain = isinstance(node, yaml.ScalarNode) and node.style is None
        return None if plain and node.value in ("", "~", "null") else str(node.value)

    def mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if not key:
                self.say(key_node, "键必须是一个词", "写成 键: 值")
            elif key in out:
                self.say(key_node, f"“{key}”重复出现", "每个键只写一次")
            else:
                out[key] = self.read(value_node, (*loc, key))
                self.document.lines[(*loc, key)] = key_node.start_mark.line + 1
        return out


def _line(path: Path, line: int) -> str:
    return f"{path} 第 {line} 行"


def _too_deep(where: str) -> PolicyFault:
    return PolicyFault("层级过深", where, f"至多 {DEEPEST} 层", "减少嵌套")
