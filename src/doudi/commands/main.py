"""The command `doudi`: names every command, loads only the one that is asked for.

A command's module exposes `app` (a Typer application with commands of its own) or `command` (one function).
The help must stay quick: nothing heavy may be imported here.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from doudi import __version__
from doudi.commands import failures

#: Commands in the order of the help; one whose module is not there is left out.
COMMANDS = {
    "demo": "示范：建样例县、结算、给出看点 · Sample county, settled, with what to open next",
    "settle": "按政策结算，或与已记录的支付核对 · Settle claims by a policy, or compare with what was recorded",
    "explain": "逐层说明一笔结算 · Explain one settlement, layer by layer",
    "simulate": "换一套政策重算一年并比较 · Settle a year again under another policy and compare",
    "ledger": "台账：试导、导入、退回、撤销；核对、比对、参保归类 · Ledgers: rehearse, import, return, check, link, reconcile",
    "person": "一人一户的记载 · What is on record about a person or household",
    "keys": "个人信息的密钥和查看记录 · Keys of personal data, and who had what shown",
    "claims": "费用结算数据：导入、核对 · Claims: import and check",
    "policy": "政策：列表、查看、核对、算例、工作簿 · Policies: list, show, check, cases, workbook",
    "sample": "生成样例县数据 · Make the sample county's data",
    "bench": "测速 · Measure speed",
}
HELP = "显示本说明 · Show this message"
PANELS = {
    "ARGUMENTS_PANEL_TITLE": "参数 Arguments",
    "OPTIONS_PANEL_TITLE": "选项 Options",
    "COMMANDS_PANEL_TITLE": "命令 Commands",
    "REQUIRED_LONG_STRING": "[必填 required]",
    "DEFAULT_STRING": "[默认 default: {}]",
}


class StandIn(TyperCommand):
    """A command in the help, not loaded yet."""

    @property
    def commands(self) -> Any:
        """The commands below it, if it has any; looking loads it."""
        return getattr(load(str(self.name)), "commands", None)


class Doudi(TyperGroup):
    """The root: light stand-ins for every command, the real one in its place when it is called."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for name, short in COMMANDS.items():
            if importlib.util.find_spec(f"doudi.commands.{name}"):
                self.add_command(StandIn(name, callback=None, help=short, short_help=short))

    def list_commands(self, ctx: Any) -> list[str]:
        """In our order, not the alphabet's."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command behind the name."""
        name, found, rest = super().resolve_command(ctx, args)
        if found is not None and name in COMMANDS:
            found = load(name)
            _word_help(found, ctx)
        return name, found, rest

    def get_help_option(self, ctx: Any) -> Any:
        """The same option, Chinese first."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP
        return option

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; on its own (not called from code) every failure ends here."""
        words = list(sys.argv[1:] if args is None else args)
        if not words or "--help" in words or "-h" in words:
            _speak_chinese()

        def call() -> Any:
            return super(Doudi, self).main(
                words, prog_name or "doudi", complete_var, False, windows_expand_args, **extra
            )

        return sys.exit(failures.run(call, "--json" in words)) if standalone_mode else call()


def load(name: str) -> Any:
    """The command of a module, imported now."""
    module = importlib.import_module(f"doudi.commands.{name}")
    application = getattr(module, "app", None)
    if application is None:
        application = typer.Typer(add_completion=False)
        application.command(name)(module.command)
    return typer.main.get_command(application)


def _word_help(command: Any, ctx: Any) -> None:
    """The help option of a command and of all below it, Chinese first."""
    if (option := command.get_help_option(ctx)) is not None:
        option.help = HELP
    for below in getattr(command, "commands", {}).values():
        _word_help(below, ctx)


def _speak_chinese() -> None:
    """Typer's fixed words, Chinese first; imported only when help is shown."""
    from typer import rich_utils

    for word, ours in PANELS.items():
        setattr(rich_utils, word, ours)


app = typer.Typer(
    name="doudi",
    cls=Doudi,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"doudi {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="显示版本 · Show the version"
    ),
) -> None:
    """兜底 Doudi：把医疗费用按县里的各层保障结算到分，并说明理由。

    Settles a county's medical bills through its layers of protection, to the fen, and says why.
    """
