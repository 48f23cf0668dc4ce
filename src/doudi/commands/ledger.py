"""`doudi ledger`: what departments hand over — templates, rehearsal, import, return, undo — and what it shows."""

from __future__ import annotations

import typer

from doudi.commands import ledger_files, ledger_lists

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="台账：样表、试导、导入、退回、撤销；核对、比对、参保归类 · Ledgers",
)
for command in (*ledger_files.COMMANDS, *ledger_lists.COMMANDS):
    app.command(command.__name__.rstrip("_"))(command)
