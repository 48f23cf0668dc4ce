"""`doudi person`: what is on record about a person or a household, by day, with where each line comes from.

Names, numbers, telephones and addresses are masked; to have them shown takes a role that may, and a reason that stays
on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from doudi.commands.register import Desk, sit_down
from doudi.commands.screen import AsJson, put_json, put_table
from doudi.common.errors import InputFault

if TYPE_CHECKING:
    from doudi.ledgers.api import Happening

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="一人一户的记载 · What is on record about a person or a household",
)

Reveal = Annotated[
    bool,
    typer.Option("--reveal", help="显示姓名、号码等；须有权限并写明事由，留有记录 · Show what is masked"),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="查看的事由，如 入户核查 · Why")]


@app.command()
def show(
    person: Annotated[
        str,
        typer.Argument(metavar="PERSON", help="人员编号（本系统），或身份证号 · Our number, or an ID number"),
    ],
    reveal: Reveal = False,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """一个人的全部记载，按日期：哪天起、什么台账、写了什么、出自哪个文件哪一行。

    Everything on record about a person, by day.
    """
    desk = sit_down()
    from doudi.ledgers import api

    number = _person(desk, person)
    division = desk.place_of("person_id", number)
    shown = _opened(desk, "person", number, division, reveal, reason)
    told = api.history(desk.kinds, person_id=number, ring=desk.ring, revealed=shown, known_at=desk.now)
    _put("person", number, told, as_json)


@app.command()
def household(
    number: Annotated[int, typer.Argument(metavar="HOUSEHOLD", help="户的编号（本系统）· Our number")],
    reveal: Reveal = False,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """一户的全部记载，按日期：成员进出、标签、各台账。

    Everything on record about a household, by day.
    """
    desk = sit_down()
    from doudi.ledgers import api

    division = desk.place_of("household_id", number)
    shown = _opened(desk, "household", number, division, reveal, reason)
    told = api.history(desk.kinds, household_id=number, ring=desk.ring, revealed=shown, known_at=desk.now)
    _put("household", number, told, as_json)


def _person(desk: Desk, said: str) -> int:
    """The person's own number here, from that number or from an identity number."""
    from doudi.ledgers import api

    plain = said.strip()
    if plain.isdecimal() and len(plain) < 15:
        return int(plain)
    found = api.find_person(desk.ring, plain, known_at=desk.now)
    if found is None:
        raise InputFault("登记库中没有这个证件号码的人", do="核对号码；没有号码的人用 doudi ledger link 认定")
    return found


def _opened(desk: Desk, kind: Any, number: int, division: str | None, reveal: bool, reason: str) -> bool:
    """Put on record that the masked values are shown; False where they stay masked."""
    if not reveal:
        return False
    from doudi.access.api import Subject, record_opening

    subject = Subject(kind, number, division)
    record_opening(desk.gate, subject, reason=reason, revealed=["全部"], at=desk.now)
    return True


def _put(kind: str, number: int, told: list[Happening], as_json: bool) -> None:
    if as_json:
        lines = [
            {
                "on": str(one.on), "until": str(one.until) if one.until else None, "what": one.what,
                "kind": one.kind or None, "title": one.title, "values": dict(one.values), "source": one.source,
                "import": one.import_id, "entry": one.entry, "by": one.by,
                "known_at": one.known_at.isoformat(), "standing": one.standing,
            }
            for one in told
        ]  # fmt: skip
        return put_json({kind: number, "history": lines})
    rows = [
        (str(one.on), str(one.until or ""), f"{one.what}{'' if one.standing else '（已失效）'}", one.title,
         "，".join(f"{name} {value}" for name, value in one.values.items()), one.source,
         f"{one.known_at:%Y-%m-%d}")
        for one in told
    ]  # fmt: skip
    put_table(("自", "至", "事项", "台账", "内容", "来源", "何时知道"), rows, f"编号 {number}")
    if not rows:
        print("没有记载")
