"""`doudi policy`: the policies at hand, as tables, as workbooks, and held against their cases."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from doudi.commands import settings
from doudi.commands.screen import AsJson, put_json, put_table
from doudi.common.dates import parse_date

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="政策：列表、查看、核对、算例、工作簿 · Policies: list, show, check, cases, workbook",
)

Which = Annotated[
    str, typer.Argument(metavar="PLACE|FILE", help="地名、编号，或 YAML 文件 · A place, an id or a file")
]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """列出现有政策。

    List the policies at hand, with how far their figures are confirmed.
    """
    from doudi.common.errors import DoudiError
    from doudi.policy import library

    rows = []
    for one in library.packs(library.root(settings.policies())):
        row: dict[str, object] = {"id": one.said("id"), "place": one.said("place"), "zh": one.said("zh")}
        row |= {"from": one.said("from"), "to": one.said("to") or None, "fault": None}
        row |= {"name": one.folder, "file": str(one.path)}
        try:
            row |= vars(library.count(one.pack))
        except DoudiError as fault:
            row["fault"] = str(fault)
        rows.append(row)
    if as_json:
        return put_json({"policies": rows})
    columns = ("编号", "地区", "名称", "有效期", "核实/待核/未查到", "启用/停用", "位置")
    put_table(columns, [_listed(row) for row in rows], "现有政策")


def _listed(row: dict[str, object]) -> list[str]:
    span = f"{row['from']} 至 {row['to'] or '今'}"
    counts = layers = "有错"
    if row["fault"] is None:
        counts = f"{row['confirmed']}/{row['unconfirmed']}/{row['unknown']}"
        layers = f"{row['layers_on']}/{row['layers_off']}"
    return [*(str(row[key]) for key in ("id", "place", "zh")), span, counts, layers, str(row["name"])]


@app.command()
def show(
    which: Which,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="只看这一天的标准 · As in force on a day")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """把一套政策显示为政策表，附文件出处。

    Show a policy as a table, with the documents that its figures stand in.
    """
    from doudi.commands.policy_table import put_sheet
    from doudi.policy import library
    from doudi.policy.show import lay_out

    day = parse_date(as_of, "--as-of") if as_of else None
    sheet = lay_out(library.find_policy(which, settings.policies(), day), day)
    put_json(sheet.to_dict()) if as_json else put_sheet(sheet)


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE|PLACE…", help="文件、地名或编号 · Files, places or ids")
    ],
    as_json: AsJson = False,
) -> None:
    """核对政策、参数或算例文件，一次列出全部问题；有问题时退出码为 3。

    Check files of policies, parameters or cases: all faults at once; exit code 3 if there are any.
    """
    from doudi.common.errors import PolicyFault
    from doudi.policy import library

    told = []
    for name in files:
        path = Path(name)
        if not library.is_file(name):
            path = library.locate(name, library.root(settings.policies())).path
        told.append((path, library.check(path)))
    count = sum(len(faults) for _, faults in told)
    if as_json:
        rows = [
            {"file": str(path), "ok": not faults, "faults": [f.to_dict() for f in faults]}
            for path, faults in told
        ]
        put_json({"files": rows, "faults": count})
    else:
        for path, faults in told:
            print(f"{path}：{f'{len(faults)} 处问题' if faults else '没有问题'}")
            for fault in faults:
                print(f"  {fault}")
    if count:
        raise typer.Exit(PolicyFault.exit_code)


@app.command("test")
def run_cases(
    places: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR|FILE…]", help="算例所在，默认为自带算例 · Where the cases are"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """逐个运行算例；有不符时退出码为 1。

    Run cases: each is settled by the loop and by the oracle and held against its source. Exit code 1 on a failure.
    """
    from doudi.findings.cases import find_cases, run_all
    from doudi.policy import library

    chosen = places or [library.root(settings.policies()) / library.CASES]
    outcomes = run_all(find_cases(chosen))
    failed = [one for one in outcomes if not one.ok]
    passed = len(outcomes) - len(failed)
    if as_json:
        items = [one.to_dict() for one in outcomes]
        put_json({"cases": len(outcomes), "passed": passed, "failed": len(failed), "items": items})
    else:
        rows = [
            [
                "相符" if one.ok else "不符",
                one.id,
                one.step or "",
                one.expected or "",
                one.got or "",
                one.why or one.title,
            ]
            for one in sorted(outcomes, key=lambda one: one.ok)
        ]
        put_table(("结果", "算例", "步骤", "应为", "算得", "说明"), rows, "算例")
        print(f"共 {len(outcomes)} 例，相符 {passed}，不符 {len(failed)}。")
    if failed:
        raise typer.Exit(1)


@app.command("export")
def export_(
    which: Which,
    out: Annotated[
        Path, typer.Option("--out", metavar="X.xlsx", help="写到哪个工作簿 · The workbook to write")
    ],
) -> None:
    """把一套政策写成工作簿，供修改、核实、签字。

    Write a policy as a workbook that policy staff edit and sign.
    """
    from doudi.common.errors import InputFault
    from doudi.policy import library
    from doudi.policy.workbook.write import write_workbook

    if out.suffix.lower() != ".xlsx":
        raise InputFault("工作簿的文件名要以 .xlsx 结尾", str(out), do="改写 --out")
    pack = library.find_policy(which, settings.policies())
    write_workbook(pack, out)
    print(f"已写出 {out}：{pack.file.zh}（{pack.id}）")


@app.command("import")
def import_(
    workbook: Annotated[
        Path, typer.Argument(metavar="X.xlsx", help="导出后改过的工作簿 · The edited workbook")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="新目录，政策文件写在其中 · A new folder")
    ],
    as_json: AsJson = False,
) -> None:
    """把工作簿读回为政策文件，并列出与现有政策的不同；有错的单元格一次说完，不留半成品。

    Read a workbook back as policy files, and tell what differs from the policy at hand.
    """
    from doudi.policy import library
    from doudi.policy.changes import changes
    from doudi.policy.workbook.read import import_workbook

    pack = import_workbook(workbook, out)
    known = [one for one in library.packs(library.root(settings.policies())) if one.said("id") == pack.id]
    told = changes(known[0].pack, pack) if known else []
    files = sorted(str(path) for path in out.rglob("*.yaml"))
    if as_json:
        rows = [vars(change) for change in told]
        return put_json({"id": pack.id, "files": files, "compared": bool(known), "changes": rows})
    print("已写出：\n" + "\n".join(f"  {file}" for file in files))
    if not known:
        print(f"现有政策中没有 {pack.id}，未作比较。")
    elif told:
        print(f"与现有的 {pack.id} 有 {len(told)} 处不同：\n" + "\n".join(f"  {change}" for change in told))
    else:
        print(f"与现有的 {pack.id} 相同。")
