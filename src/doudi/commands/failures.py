"""One place where whatever goes wrong becomes one clear message and an exit code.

A `DoudiError` brings its own code (`doudi.common.errors`); a slip on the command line is 2, as an input is;
70 is a fault of the program itself; 130 is Ctrl-C; 1 a reader that went away.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from doudi import __version__
from doudi.commands import settings
from doudi.common.errors import DoudiError, Faults, InputFault, StoreFault

INTERNAL = 70
INTERRUPTED = 130

#: Typer carries its own copy of click or uses click's, by version: its exceptions are found from one it exports.
_CLICK: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)
_RETOLD = (
    (r"Missing (?:argument|parameter) '?(.+?)'?\.", "缺少参数 {0}"),
    (r"Missing option '?(.+?)'?\.", "缺少选项 {0}"),
    (r"Missing command\.", "缺少子命令"),
    (r"No such option:? '?(.+?)'?(?:[\s.]|$)", "没有选项 {0}"),
    (r"No such command '?(.+?)'?\.", "没有命令 {0}"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+?)\)", "多出参数 {0}"),
    (r"Option '?(.+?)'? requires an argument", "选项 {0} 后缺少值"),
    (r"Invalid value for '?(.+?)'?: ", "{0} 的值不对"),
)


_FULL = ("磁盘满了，没有写入", "腾出空间后重试；已有数据没有变")
_LOCKED_UP = ("没有写入的权限", "换一个可写的位置，或请管理员开放权限")
_BUSY = ("登记库正被别的程序占用，没有写入", "等对方做完后重试")
_LOST = ("与登记库的连接断了，没有写入", "看数据库服务是否在运行，再重试")
_OF_THE_DISK = {
    errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EROFS: _LOCKED_UP, errno.EACCES: _LOCKED_UP,
    errno.EPERM: _LOCKED_UP,
}  # fmt: skip
#: SQLite's names of errors, and PostgreSQL's classes of them.
_OF_THE_DATABASE = {
    "SQLITE_FULL": _FULL, "SQLITE_IOERR": ("磁盘读写出错，没有写入", "检查磁盘后重试"),
    "SQLITE_READONLY": _LOCKED_UP, "SQLITE_CANTOPEN": _LOCKED_UP, "SQLITE_BUSY": _BUSY, "SQLITE_LOCKED": _BUSY,
    "53100": _FULL, "55P03": _BUSY, "40": _BUSY, "08": _LOST, "57P": _LOST, "25006": _LOCKED_UP,
}  # fmt: skip


def run(call: Callable[[], Any], as_json: bool) -> int:
    """Make a call and tell what goes wrong with it; returns the exit code."""
    try:
        code = call()
        if code == INTERRUPTED:  # Typer turns Ctrl-C into this code and says nothing
            return _interrupted()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except DoudiError as error:
        return tell(error, as_json)
    except _CLICK as slip:
        return _slip(slip, as_json)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        # The reader has gone; without this Python complains once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as fault:  # noqa: BLE001 -- the last stop: users never see a trace
        known = _of_the_machine(fault)
        return tell(known, as_json) if known else _bug(fault, as_json)


def tell(error: DoudiError, as_json: bool) -> int:
    """Show an error to a person, and to a machine if it asked; returns its exit code."""
    if as_json:
        print(json.dumps(error.to_dict(), ensure_ascii=False))
    head = typer.style("错误 error", fg="red", bold=True) if sys.stderr.isatty() else "错误 error"
    print(f"{head}：{error.what if isinstance(error, Faults) else error}", file=sys.stderr)
    if isinstance(error, Faults):
        print(error, file=sys.stderr)
    return error.exit_code


def _slip(slip: Exception, as_json: bool) -> int:
    """Something on the command line that is not understood."""
    context: Any = getattr(slip, "ctx", None)
    if type(slip).__name__ == "NoArgsIsHelpError":
        slip.show()  # type: ignore[attr-defined]  # prints the help
        return 2
    said = slip.format_message()  # type: ignore[attr-defined]
    what = next((ours.format(*m.groups()) for theirs, ours in _RETOLD if (m := re.match(theirs, said))), "")
    path = context.command_path if context else "doudi"
    text = f"{what}（{said.rstrip('.')}）" if what else said
    return tell(InputFault(text, do=f"用 {path} --help 查看用法"), as_json)


def _interrupted() -> int:
    print("\n已中断，没有写完的结果不会留下。Interrupted.", file=sys.stderr)
    return INTERRUPTED


def _of_the_machine(fault: BaseException) -> StoreFault | None:
    """A full disk, a folder that may not be written, a busy or lost database: nobody's slip, and no fault of ours.

    What a driver says is not repeated: it may quote a row.
    """
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _OF_THE_DISK:
            what, do = _OF_THE_DISK[seen.errno]
            return StoreFault(what, str(seen.filename or ""), do=do)
        said = getattr(seen, "sqlite_errorname", None) or getattr(seen, "sqlstate", None) or ""
        for name, (what, do) in _OF_THE_DATABASE.items():
            if said.startswith(name):
                return StoreFault(what, "登记库", do=do)
        seen = seen.__cause__
    return None


def _bug(fault: Exception, as_json: bool) -> int:
    """A fault of ours: say so, keep the details, show no trace."""
    trace = "".join(traceback.format_exception(fault))
    if settings.debugging():
        print(trace, file=sys.stderr)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="doudi-", suffix=".log", delete=False
    ) as kept:
        kept.write(f"doudi {__version__}, Python {sys.version}\n{trace}")
    error = DoudiError(
        f"程序内部出错（{type(fault).__name__}），这是程序的问题，不是您的",
        str(Path(kept.name)),
        do="把上面的文件发给维护者（先看其中有无个人信息）；DOUDI_DEBUG=1 可在屏幕上显示详情",
    )
    error.exit_code = INTERNAL
    return tell(error, as_json)
