"""`doudi keys`: the keys that seal personal data, and who had what shown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from doudi.commands import settings
from doudi.commands.progress import counting
from doudi.commands.register import sit_down
from doudi.commands.screen import put_json, put_table
from doudi.common.dates import parse_date
from doudi.common.errors import InputFault

if TYPE_CHECKING:
    from doudi.access.api import KeyRing

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="个人信息的密钥和查看记录 · Keys of personal data, and who had what shown",
)


@app.command()
def rotate(
    drop: Annotated[
        bool,
        typer.Option(
            "--drop-old", help="全部重新加密后弃用旧密钥；须无其他程序在用 · Forget older keys after"
        ),
    ] = False,
) -> None:
    """换一把新密钥，把已存的个人信息全部重新加密；中断后再运行会接着做。

    Add a key and seal everything with it; stopped, it goes on when run again.
    """
    desk = sit_down()
    from doudi.access.api import drop_unused, rotate_keys
    from doudi.ledgers.api import reseal_originals

    def originals(ring: KeyRing) -> int:
        return reseal_originals(ring, home=desk.home)

    with counting("重新加密 Sealing again"):
        done = rotate_keys(desk.ring, cipher=settings.cipher(), further=[originals])
        dropped = drop_unused(desk.ring, further=[originals]) if drop else ()
    print(
        f"新密钥 {desk.ring.current.number}（{desk.ring.current.cipher}），重新加密 {sum(done.values()):,} 项"
    )
    if dropped:
        print(f"已弃用旧密钥 {'、'.join(map(str, dropped))}；备份中的旧数据须配旧密钥文件才能打开")


@app.command()
def openings(
    since: Annotated[str, typer.Option(metavar="DATE", help="自哪天 · From")],
    until: Annotated[str, typer.Option(metavar="DATE", help="至哪天（含）· To, included")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON")] = False,
) -> None:
    """谁在何时因何查看了谁的个人信息（审计管理员：DOUDI_ROLE=audit）。

    Who had whose data shown, when and why; for the audit administrator.
    """
    desk = sit_down()
    from doudi.access import api

    first, last = parse_date(since, "--since"), parse_date(until, "--until")
    if first > last:
        raise InputFault("起止日期颠倒", "--since、--until", do="先起后止")
    zone = desk.now.astimezone().tzinfo
    bounds = (dt.datetime.combine(first, dt.time(), zone), dt.datetime.combine(last, dt.time(), zone))
    rows = api.openings(desk.gate.viewer, bounds[0], bounds[1] + dt.timedelta(days=1)).to_pylist()
    if as_json:
        return put_json({"openings": [{**row, "at": row["at"].isoformat()} for row in rows]})
    columns = ("时间", "何人", "角色", "对象", "编号", "事由", "是否准许")
    put_table(
        columns,
        [
            (f"{row['at'].astimezone(zone):%Y-%m-%d %H:%M}", row["viewer"], row["role"], row["subject"],
             str(row["subject_id"] or ""), row["reason"], "是" if row["allowed"] else "否")
            for row in rows
        ],
    )  # fmt: skip
