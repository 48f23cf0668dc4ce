"""The project as its tests read it: which files it has, and what stands in a piece of source.

Each rule is a function from source text to the places that break it, so that the tests can show on a
planted line that the rule sees what it is for.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "doudi"

EDGES = ("commands", "web", "config", "bench")
"""Packages that may read the clock and the environment; bench is a stopwatch."""

Rule = Callable[[str], list[str]]


@cache
def files() -> tuple[Path, ...]:
    """List what belongs to the project: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # a source archive has no git
        found = [path for path in ROOT.rglob("*") if not _left_out(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file()))


def _left_out(relative: Path) -> bool:
    return relative.parts[0] == "data" or any(
        part.startswith(".venv") or part in {"__pycache__", ".git"} or part.endswith("_cache")
        for part in relative.parts
    )


def files_ending(*suffixes: str, under: Path = ROOT) -> list[Path]:
    """List the project's files below a folder that end in one of the suffixes."""
    return [path for path in files() if path.suffix in suffixes and path.is_relative_to(under)]


def text_files() -> Iterator[tuple[Path, str]]:
    """Yield each file that is text, with its text."""
    for path in files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def broken(rule: Rule, paths: list[Path]) -> list[str]:
    """Apply a rule to files; each place found is named with its file."""
    assert paths, "no file to read: the rule would hold of nothing"
    return [
        f"{path.relative_to(ROOT)}:{place}"
        for path in paths
        for place in rule(path.read_text(encoding="utf-8"))
    ]


def dotted(node: ast.expr) -> str:
    """Write `a.b.c` for such an expression, and nothing for any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def missing_docstrings(source: str) -> list[str]:
    """Name the module, classes and functions for others to use that do not say what they are."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["1: the module has no docstring"]

    def look(body: list[ast.stmt], owner: str) -> None:
        for node in body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if node.name in (
                "Meta",
                "Migration",
            ):  # a Django model's options; a change of tables that Django wrote
                continue
            if node.name.startswith("_") or any(dotted(d).endswith("overload") for d in node.decorator_list):
                continue
            if not ast.get_docstring(node):
                found.append(f"{node.lineno}: {owner}{node.name} has no docstring")
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{owner}{node.name}.")

    look(tree.body, "")
    return found


def too_long(source: str, most: int = 600) -> list[str]:
    """Say so where a module has more lines than a reader holds."""
    lines = source.count("\n")
    return [f"{lines}: more than {most} lines; split it"] if lines > most else []


def floats(source: str) -> list[str]:
    """Find floating point: literals, the type's name, numpy's and SQL's. Asking `isinstance(x, float)` to refuse it is not use."""
    tree = ast.parse(source)
    asked = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func) == "isinstance"
        for part in ast.walk(node.args[1])
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in asked:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"{node.lineno}: the literal {node.value!r}")
        elif isinstance(node, ast.Name) and node.id == "float":
            found.append(f"{node.lineno}: float")
        elif isinstance(node, ast.Attribute) and re.fullmatch(r"(float|double)(_|\d*)", node.attr):
            found.append(f"{node.lineno}: {dotted(node) or node.attr}")
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"\bDOUBLE\b", node.value)
        ):
            found.append(f"{node.lineno}: DOUBLE in a text")
    return found


_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime", "time.ctime",
}  # fmt: skip
_ENVIRONMENT = {"os.environ", "os.getenv", "os.environb", "Path.home", "os.path.expanduser"}


def clock_or_environment(source: str) -> list[str]:
    """Find reads of the clock, of the environment or of Django's settings."""
    tree = ast.parse(source)
    # Setting a variable is not reading one: Spark takes its workers' interpreter in no other way.
    written = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    found = []
    for node in ast.walk(tree):
        if id(node) in written:
            continue
        if isinstance(node, ast.Attribute):
            last_two = ".".join(dotted(node).split(".")[-2:])
            if last_two in _CLOCK | _ENVIRONMENT:
                found.append(f"{node.lineno}: {last_two}")
        elif isinstance(node, ast.ImportFrom):
            names = {f"{(node.module or '').split('.')[-1]}.{alias.name}" for alias in node.names}
            found += [
                f"{node.lineno}: {name}"
                for name in sorted(names & (_CLOCK | _ENVIRONMENT | {"conf.settings"}))
            ]
    return found


_SKIPS = {"skip", "skipif", "xfail", "importorskip", "SkipTest", "skipIf", "skipUnless", "expectedFailure"}


def skips(source: str) -> list[str]:
    """Find ways to leave a test out other than a requirement of the machine."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in _SKIPS:
            if dotted(node).split(".")[0] in {"pytest", "unittest", "mark"}:
                found.append(f"{node.lineno}: {dotted(node)}")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {"pytest", "unittest"}:
            found += [f"{node.lineno}: {alias.name}" for alias in node.names if alias.name in _SKIPS]
    return found


# The words are put together from parts, so that this file does not find itself.
_LEFT_OPEN = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error"]) + r")\b"
)


def left_open(source: str) -> list[str]:
    """Find what was left for later."""
    return [
        f"{number}: {found[0]}"
        for number, line in enumerate(source.splitlines(), 1)
        if (found := _LEFT_OPEN.search(line))
    ]


_REGISTRIES = [
    "py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "npm" + "mirror.com",
    "mirrors." + "aliyun", "mirrors." + "tuna", "pypi." + "tuna", "mirrors." + "ustc", "deb." + "debian.org",
    "mirrors." + "cloud.tencent", "repo1." + "maven",
]  # fmt: skip
_OF_A_MACHINE = [
    r"file:/{2,}",
    r"--(?:extra-)?index" + "-url",
    r"--find" + "-links",
    r"(?<![\w.~/-])/(?:root|work|mnt|Users|home/\w+)/",
    re.escape(str(ROOT) + "/"),
    re.escape(str(Path.home()) + "/"),
]
_MACHINE = re.compile("|".join([re.escape(host) for host in _REGISTRIES] + _OF_A_MACHINE), re.IGNORECASE)


def machine_traces(text: str) -> list[str]:
    """Find hosts of package registries, and paths that only one machine has."""
    return [
        f"{number}: {found[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        if (found := _MACHINE.search(line))
    ]
