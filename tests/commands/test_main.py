"""The command as a whole: help, version, and whatever goes wrong told once, clearly, with its exit code."""

from __future__ import annotations

import errno
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from doudi import __version__
from doudi.commands import failures, main
from doudi.common.errors import EngineFault, Faults, InputFault, MissingPart, PolicyFault, StoreFault
from tests.commands.shell import Called

SHELL = [sys.executable, "-c", "from doudi.commands.main import app; app()"]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], Any]:
    """Let `doudi policy list` fail with an exception."""

    def arrange(error: BaseException) -> None:
        application = typer.Typer()

        @application.command("list")
        def list_(as_json: bool = typer.Option(False, "--json")) -> None:
            raise error

        @application.command("other")
        def other() -> None: ...

        monkeypatch.setattr(main, "load", lambda name: typer.main.get_command(application))

    return arrange


def test_the_help_is_chinese_first_and_names_every_command() -> None:
    called = Called("--help")
    assert called.code == 0
    assert "兜底 Doudi" in called.out
    assert "选项 Options" in called.out
    assert "命令 Commands" in called.out
    assert "显示本说明" in called.out
    assert re.search(r"policy\s+政策", called.out)


def test_the_help_of_a_command_below_is_chinese_first_too() -> None:
    called = Called("policy", "show", "-h")
    assert called.code == 0
    assert "把一套政策显示为政策表" in called.out
    assert "显示本说明" in called.out
    assert "Show this message and exit" not in called.out


def test_called_alone_it_shows_the_help() -> None:
    called = Called()
    assert called.code == 2
    assert "命令 Commands" in called.out + called.err


def test_the_version_is_shown() -> None:
    called = Called("--version")
    assert (called.code, called.out) == (0, f"doudi {__version__}\n")


def test_only_commands_whose_module_is_there_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "COMMANDS", {"policy": "x", "gone": "y"})
    group = typer.main.get_command(main.app)
    assert list(group.commands) == ["policy"]  # type: ignore[attr-defined]


def test_every_command_offered_can_be_loaded() -> None:
    group: Any = typer.main.get_command(main.app)
    assert "policy" in group.commands
    for name, stand_in in group.commands.items():
        assert main.load(name) is not None
        assert stand_in.commands is None or stand_in.commands


def test_a_module_with_one_function_is_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def command(word: str) -> None:
        """Say a word."""
        print(word)

    module = type("module", (), {"command": staticmethod(command)})
    monkeypatch.setattr(main.importlib, "import_module", lambda name: module)
    assert Called("policy", "hello").out == "hello\n"


def test_the_help_is_quick_and_loads_nothing_heavy() -> None:
    heavy = (
        "numba",
        "pyarrow",
        "duckdb",
        "pyspark",
        "altair",
        "openpyxl",
        "pydantic",
        "numpy",
        "yaml",
        "django",
    )
    script = (
        "import sys, time; start = time.perf_counter()\n"
        "from doudi.commands.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
        "print(time.perf_counter() - start, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded, seconds = done.stderr.splitlines()
    assert loaded == "[]"
    assert float(seconds) < 2  # well under one on a machine that does nothing else


# — what goes wrong —


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputFault("x", "a.csv", "y", "z"), 2),
        (PolicyFault("x"), 3),
        (StoreFault("x"), 4),
        (EngineFault("x"), 5),
        (MissingPart("x"), 6),
    ],
)
def test_a_fault_is_one_message_and_its_exit_code(failing: Any, error: Exception, code: int) -> None:
    failing(error)
    called = Called("policy", "list")
    assert called.code == code
    assert called.err == f"错误 error：{error}\n"
    assert called.out == ""


def test_many_faults_are_told_under_their_number(failing: Any) -> None:
    failing(Faults([PolicyFault("甲"), PolicyFault("乙")]))
    called = Called("policy", "list")
    assert (called.code, called.err) == (3, "错误 error：共 2 处问题\n甲。\n乙。\n")


def test_a_machine_is_told_in_json(failing: Any) -> None:
    failing(InputFault("x", "a.csv", "y", "z"))
    called = Called("policy", "list", "--json")
    assert called.code == 2
    assert called.json == {
        "error": "InputFault",
        "what": "x",
        "where": "a.csv",
        "allowed": "y",
        "do": "z",
        "exit_code": 2,
    }
    assert "a.csv：x" in called.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("polcy",), "没有命令 polcy"),
        (("policy", "shw"), "没有命令 shw"),
        (("--colour",), "没有选项 --colour"),
        (("policy", "list", "--colour"), "没有选项 --colour"),
        (("policy", "show"), "缺少参数 PLACE|FILE"),
        (("policy", "export", "x"), "缺少选项 --out"),
        (("policy", "export", "x", "--out"), "选项 --out 后缺少值"),
        (("policy", "list", "more"), "多出参数 more"),
    ],
)
def test_a_slip_on_the_command_line_is_told_in_chinese(words: tuple[str, ...], said: str) -> None:
    called = Called(*words)
    assert called.code == 2
    assert said in called.err
    assert "--help 查看用法" in called.err
    assert "Traceback" not in called.err
    assert called.err.count("\n") == 1


def test_a_slip_is_told_to_a_machine_too() -> None:
    called = Called("policy", "list", "--json", "--colour")
    assert called.json["error"] == "InputFault"
    assert called.json["exit_code"] == 2


def test_a_fault_of_ours_shows_no_trace_and_keeps_it(failing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOUDI_DEBUG", raising=False)
    failing(ZeroDivisionError("division by zero"))
    called = Called("policy", "list")
    assert called.code == failures.INTERNAL
    assert "程序内部出错（ZeroDivisionError）" in called.err
    assert "Traceback" not in called.err
    kept = re.search(r"/\S+\.log", called.err)
    assert kept is not None
    path = Path(kept[0])
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert "ZeroDivisionError: division by zero" in text
    assert f"doudi {__version__}" in text


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "磁盘满了"), (errno.EROFS, "没有写入的权限"), (errno.EACCES, "没有写入的权限")],
)
def test_a_disk_that_is_full_or_closed_is_no_fault_of_the_program(
    failing: Any, number: int, says: str
) -> None:
    failing(OSError(number, os.strerror(number), "结果.csv"))
    called = Called("policy", "list", "--json")
    assert called.code == called.json["exit_code"] == StoreFault.exit_code
    assert says in called.err
    assert called.json["where"] == "结果.csv"


def test_a_database_that_cannot_be_written_is_told_without_what_its_driver_says(
    failing: Any, tmp_path: Path
) -> None:
    place = tmp_path / "full.sqlite3"
    connection = sqlite3.connect(place)
    connection.execute("CREATE TABLE t (name TEXT)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("INSERT INTO t VALUES (?)", ["王建国" * 20_000])
    connection.close()
    fault = RuntimeError("王建国")
    fault.__cause__ = full.value
    failing(fault)
    called = Called("policy", "list")
    assert called.code == StoreFault.exit_code
    assert "磁盘满了" in called.err
    assert "王建国" not in called.err


def test_with_doudi_debug_the_trace_is_shown(failing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUDI_DEBUG", "1")
    failing(ZeroDivisionError("division by zero"))
    called = Called("policy", "list", "--json")
    assert "Traceback" in called.err
    assert called.json["exit_code"] == failures.INTERNAL
    Path(called.json["where"]).unlink()


def test_an_interruption_is_told_without_a_trace(failing: Any) -> None:
    failing(KeyboardInterrupt())
    called = Called("policy", "list")
    assert called.code == 130
    assert "已中断" in called.err
    assert "Traceback" not in called.err


def test_giving_up_at_a_question_is_an_interruption(failing: Any) -> None:
    failing(typer.Abort())
    called = Called("policy", "list")
    assert called.code == 130
    assert "已中断" in called.err


def test_ctrl_c_ends_a_real_run(tmp_path: Path) -> None:
    script = (
        # A shell that starts us in the background has us ignore Ctrl-C, and our children with us.
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import time\nfrom doudi.commands import main\nimport typer\n"
        "a = typer.Typer()\n@a.command('list')\ndef f():\n    print('go', flush=True)\n    time.sleep(30)\n"
        "main.load = lambda name: typer.main.get_command(a)\nmain.app(['policy'])\n"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "go\n"
    time.sleep(0.1)
    started.send_signal(signal.SIGINT)
    _, complaint = started.communicate(timeout=20)
    assert started.returncode == 130
    assert "Traceback" not in complaint


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    started = subprocess.Popen(
        [*SHELL, "policy", "show", "zibo-resident"], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    os.close(reading)
    _, complaint = started.communicate(timeout=60)
    assert complaint == ""
    assert started.returncode == 1


def test_a_reader_that_goes_away_late_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[int, int]] = []
    monkeypatch.setattr(failures.os, "dup2", lambda old, new: taken.append((old, new)))

    def call() -> None:
        raise BrokenPipeError

    with Path(os.devnull).open("w", encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert failures.run(call, False) == 1
    assert taken
    os.close(taken[0][0])


def test_an_exit_code_is_handed_on() -> None:
    assert failures.run(lambda: None, False) == 0
    assert failures.run(lambda: 7, False) == 7


def test_from_code_it_can_be_called_without_being_ended() -> None:
    group: Any = typer.main.get_command(main.app)
    assert group.main(["--version"], standalone_mode=False) == 0
    with pytest.raises(Exception, match="polcy"):
        group.main(["polcy"], standalone_mode=False)
