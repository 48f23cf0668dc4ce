"""Out to a workbook and back: the same policy, the same bytes, and an edit changes what it edits alone."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from doudi.common.errors import DoudiError, Faults, InputFault
from doudi.policy.changes import changes
from doudi.policy.faults import each
from doudi.policy.library import packs, root
from doudi.policy.meaning import fingerprint, meaning
from doudi.policy.pack import Pack, load
from doudi.policy.workbook import cells as cells_module
from doudi.policy.workbook import layout
from doudi.policy.workbook import read as read_module
from doudi.policy.workbook.read import import_workbook
from doudi.policy.workbook.write import home_of, write_workbook
from tests.engine.settle.chooser import Seeded
from tests.engine.settle.policies import make_policy
from tests.policy.test_pack import in_two_files
from tests.policy.test_show import FULL
from tests.policy.writing import PACK, changed, pack

Edit = Callable[[Any], object]


def through(made: Pack, folder: Path) -> Pack:
    write_workbook(made, folder / "x.xlsx")
    return import_workbook(folder / "x.xlsx", folder / "out")


def edited(made: Pack, folder: Path, edit: Edit) -> Path:
    """The workbook of a policy, changed by hand."""
    path = folder / "x.xlsx"
    write_workbook(made, path)
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return path


def cell(book: Any, sheet: str, key: str, **where: str) -> Any:
    """The cell of a column in the first row where other columns say so."""
    ws = book[sheet]
    columns = {head.value: head.column for head in ws[2]}
    for number in range(3, ws.max_row + 1):
        if all(str(ws.cell(number, columns[k]).value) == v for k, v in where.items()):
            return ws.cell(number, columns[key])
    raise AssertionError(f"no row {where} in {sheet}")


def about(book: Any, key: str) -> Any:
    ws = book[layout.ABOUT]
    return next(ws.cell(n, 2) for n in range(3, ws.max_row + 1) if ws.cell(n, 3).value == key)


def faults(path: Path, out: Path) -> list[str]:
    with pytest.raises(DoudiError) as caught:
        import_workbook(path, out)
    assert not out.exists()
    assert [p for p in out.parent.iterdir() if p.name.startswith(".")] == []
    return [str(fault).replace(f"{path} ", "") for fault in each(caught.value)]


@pytest.mark.parametrize("listed", list(packs(root())), ids=lambda listed: listed.folder)
def test_a_shipped_policy_comes_back_with_its_meaning_and_its_files(listed: Any, tmp_path: Path) -> None:
    back = through(listed.pack, tmp_path)
    assert meaning(back) == meaning(listed.pack)
    assert fingerprint(back) == fingerprint(listed.pack)
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.yaml")}
    assert written == {home_of(listed.pack, document.path) for document in listed.pack.documents}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_any_policy_comes_back_with_its_meaning(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    made = make_policy(Seeded(seed))
    assert meaning(through(made, tmp_path_factory.mktemp("trip"))) == meaning(made)


@pytest.mark.soak
def test_many_policies_come_back_with_their_meaning(tmp_path_factory: pytest.TempPathFactory) -> None:
    for seed in range(2000):
        made = make_policy(Seeded(seed))
        assert meaning(through(made, tmp_path_factory.mktemp("trip"))) == meaning(made), f"seed {seed}"


def test_a_policy_with_everything_comes_back(tmp_path: Path) -> None:
    made = pack(FULL)
    assert changes(made, through(made, tmp_path)) == []


def test_a_policy_in_two_files_comes_back_in_two(tmp_path: Path) -> None:
    made = load(in_two_files(tmp_path))
    back = through(made, tmp_path)
    assert meaning(back) == meaning(made)
    assert (tmp_path / "out" / "pack.yaml").is_file()
    assert "cii.bands" in (tmp_path / "out" / "params" / "cii.yaml").read_text(encoding="utf-8")
    assert "cii.bands:" not in (tmp_path / "out" / "pack.yaml").read_text(encoding="utf-8")


HOSTILE = "=cmd|'/c calc'!A1"


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "+1",
        "-1+2",
        "@SUM(A1)",
        " 前后有空格 ",
        "两\n行",
        '引号"与\\反斜杠',
        "_x0041_",
        "null",
        "#N/A",
        "😀",
        "'x",
        "0012",
    ],
)
def test_text_of_any_kind_comes_back_and_never_as_a_formula(tmp_path: Path, text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    written = changed("zh: 试行政策", f'zh: "{quoted}"\nnote: "{quoted}"')
    written = changed("zh: 支付比例", f'zh: "{quoted}", note: "{quoted}"', written)
    made = pack(written)
    assert meaning(through(made, tmp_path)) == meaning(made)
    book = load_workbook(tmp_path / "x.xlsx")
    assert {c.data_type for ws in book for row in ws.iter_rows() for c in row} <= {"s", "n"}


def test_a_cell_that_begins_like_a_formula_is_marked_as_text(tmp_path: Path) -> None:
    write_workbook(pack(changed("zh: 试行政策", f'zh: "{HOSTILE}"')), tmp_path / "x.xlsx")
    held = about(load_workbook(tmp_path / "x.xlsx"), "zh")
    assert (held.value, held.data_type, held.quotePrefix) == (HOSTILE, "s", True)


def test_the_same_policy_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(pack(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert b"2000-01-01T00:00:00Z" in book.read("docProps/core.xml")
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_first_page_can_be_signed(tmp_path: Path) -> None:
    write_workbook(pack(), tmp_path / "x.xlsx")
    ws = load_workbook(tmp_path / "x.xlsx")[layout.ABOUT]
    said = [str(row[0].value) for row in ws.iter_rows()]
    assert said[0] == "试行政策（示例县）"
    assert [f"{who}：" for who in layout.SIGNATURES] == said[-5:]
    assert about(load_workbook(tmp_path / "x.xlsx"), "fingerprint").value == fingerprint(pack())


def test_a_layer_is_told_in_words_beside_its_columns(tmp_path: Path) -> None:
    write_workbook(pack(), tmp_path / "x.xlsx")
    held = cell(load_workbook(tmp_path / "x.xlsx"), layout.LAYERS, "words", code="basic").value
    assert "起付线：每次住院：" in held
    assert "支付：60%" in held


# — one edit —


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            lambda book: setattr(cell(book, layout.PARAMETERS, "value", name="basic.ratio"), "value", 0.6500000000000001),
            ["支付比例 basic.ratio 自 2024-01-01 起：60% → 65%"],
        ),
        (
            lambda book: setattr(cell(book, layout.PARAMETERS, "value", name="basic.cap"), "value", 130000.49999999999),
            ["basic.cap basic.cap 自 2024-01-01 起：120000 元 → 130000.50 元"],
        ),
        (
            lambda book: setattr(cell(book, layout.PARAMETERS, "value", name="basic.cap"), "value", "130,000"),
            ["basic.cap basic.cap 自 2024-01-01 起：120000 元 → 130000 元"],
        ),
        (
            lambda book: setattr(cell(book, layout.PARAMETERS, "value", name="basic.deductible", class1="二级（l2）"), "value", 550),
            ["basic.deductible basic.deductible 自 2024-01-01 起 二级：500 元 → 550 元"],
        ),
        (
            lambda book: setattr(cell(book, layout.PARAMETERS, "value", name="cii.bands"), "value", "0—50000 元 60%；50000以上 70%"),
            ["cii.bands cii.bands 自 2024-01-01 起：0—100000 元 60%；100000以上 70% → 0—50000 元 60%；50000以上 70%"],
        ),
        (
            lambda book: setattr(cell(book, layout.PARAMETERS, "confirmed", name="basic.ratio"), "value", None),
            ["支付比例 basic.ratio 自 2024-01-01 起，出处：示例县医保局《试行办法》（试发〔2024〕1号） 已核实 → 示例县医保局《试行办法》（试发〔2024〕1号） 待核实"],
        ),
        (
            lambda book: setattr(cell(book, layout.PARAMETERS, "from", name="basic.cap"), "value", dt.date(2023, 1, 1)),
            None,
        ),
        (lambda book: setattr(cell(book, layout.LAYERS, "on", code="cii"), "value", "停用"), ["layers.cii.on：（无） → False"]),
        (lambda book: setattr(cell(book, layout.ORDER, "layers"), "value", "cii，basic"), ["order.第1项.layers：basic、cii → cii、basic"]),
        (lambda book: setattr(about(book, "to"), "value", dt.date(2027, 12, 31)), ["to：2026-12-31 → 2027-12-31"]),
        (
            lambda book: setattr(cell(book, layout.CLASSES, "when", code="l2"), "value", "{hosp_lv: [05, 06]}"),
            ["dimensions.level.classes.第2项.when.hosp_lv：05 → 05、06"],
        ),
        (lambda book: setattr(cell(book, layout.PARAMETERS, "class1", name="basic.deductible"), "value", "一级"), []),
        (lambda book: setattr(cell(book, layout.PARAMETERS, "class1", name="basic.deductible"), "value", "l1"), []),
        (lambda book: setattr(cell(book, layout.PARAMETERS, "file", name="basic.cap"), "value", None), []),
        (lambda book: setattr(about(book, "fingerprint"), "value", "x"), []),
        (lambda book: setattr(cell(book, layout.LAYERS, "words", code="basic"), "value", "=1+1"), []),
        (lambda book: book[layout.PARAMETERS].append([]), []),
        (lambda book: book.move_sheet(layout.FILES, -6), []),
    ],
)  # fmt: skip
def test_an_edit_changes_what_it_edits_alone(tmp_path: Path, edit: Edit, said: list[str] | None) -> None:
    path = edited(pack(), tmp_path, edit)
    told = [str(change) for change in changes(pack(), import_workbook(path, tmp_path / "out"))]
    if said is None:
        assert told
        assert all("basic.cap" in line for line in told)
    else:
        assert told == said


def test_a_new_row_is_a_new_value(tmp_path: Path) -> None:
    def add(book: Any) -> None:
        ws = book[layout.PARAMETERS]
        columns = [head.value for head in ws[2]]
        row = dict.fromkeys(columns)
        row |= {
            "name": "basic.cap",
            "unit": "yuan",
            "from": "2025-01-01",
            "value": 150000,
            "document": "新办法",
        }
        ws.append([row[key] for key in columns])

    back = import_workbook(edited(pack(), tmp_path, add), tmp_path / "out")
    old, new = back.parameters["basic.cap"].values
    assert (str(old.to), str(new.from_)) == ("2024-12-31", "2025-01-01")
    assert new.source.document == "新办法"
    assert (
        new.source.issuer == ""
    )  # a blank cell says that nothing is known, not that the file's source holds


def test_a_source_that_all_files_share_is_not_repeated(tmp_path: Path) -> None:
    through(pack(), tmp_path)
    written = (tmp_path / "out" / "shi.yaml").read_text(encoding="utf-8")
    assert written.count("试行办法") == 1
    assert written.count("第三条") == 2


def test_columns_may_be_moved(tmp_path: Path) -> None:
    def swap(book: Any) -> None:
        ws = book[layout.ORDER]
        for number in range(1, ws.max_row + 1):
            first, second = ws.cell(number, 1).value, ws.cell(number, 2).value
            ws.cell(number, 1).value, ws.cell(number, 2).value = second, first

    made = pack()
    assert meaning(import_workbook(edited(made, tmp_path, swap), tmp_path / "out")) == meaning(made)


# — wrong cells —


def put(sheet: str, key: str, value: Any, **where: str) -> Edit:
    return lambda book: setattr(cell(book, sheet, key, **where), "value", value)


WRONG = [
    (put(layout.PARAMETERS, "value", "六成", name="basic.ratio"), "表“参数” 单元格 N7：“六成”不是比例", "60%"),
    (put(layout.PARAMETERS, "value", "=1+2", name="basic.cap"), "表“参数” 单元格 N8：单元格里是公式", "改成公式算出的结果"),
    (put(layout.PARAMETERS, "value", "#REF!", name="basic.cap"), "表“参数” 单元格 N8：单元格里是错误值 #REF!", "文字或数"),
    (put(layout.PARAMETERS, "value", None, name="basic.cap"), "表“参数” 单元格 N8：缺少值", "未查到"),
    (put(layout.PARAMETERS, "value", -5, name="basic.cap"), "表“参数” 单元格 N8：金额 -5 超出范围", "11000"),
    (put(layout.PARAMETERS, "value", 1.005, name="basic.cap"), "表“参数” 单元格 N8：", "11000"),
    (put(layout.PARAMETERS, "value", "0—5 元 60%；6以上 70%", name="cii.bands"), "单元格 N10：这一段从 6 起", "0—100000 元 60%"),
    (put(layout.PARAMETERS, "from", "2024年13月1日", name="basic.cap"), "表“参数” 单元格 L8：", "YYYY-MM-DD"),
    (put(layout.PARAMETERS, "from", None, name="basic.cap"), "表“参数” 单元格 L8：缺少“起”", "删去整行"),
    (put(layout.PARAMETERS, "to", "2020-01-01", name="basic.cap"), "表“参数” 单元格 N8：parameters.basic.cap.values.第1项：参数 basic.cap 的有效期重叠或颠倒", "互不重叠"),
    (put(layout.PARAMETERS, "unit", "元", name="basic.cap"), "表“参数” 单元格 F8：“元”不是单位", "yuan、ratio"),
    (put(layout.PARAMETERS, "name", None, name="basic.cap"), "表“参数” 单元格 B8：缺少“参数”", "删去整行"),
    (put(layout.PARAMETERS, "name", "Basic", name="basic.cap"), "表“参数” 单元格 B8：", "参数名"),
    (put(layout.PARAMETERS, "file", "other.yaml", name="basic.cap"), "表“参数” 单元格 A8：“other.yaml”不在表“文件”中", "shi.yaml"),
    (put(layout.PARAMETERS, "confirmed", "核实了", name="basic.cap"), "表“参数” 单元格 V8：“核实了”不在可选的词内", "已核实、待核实"),
    (put(layout.PARAMETERS, "class1", None, name="basic.deductible"), "表“参数” 单元格 H3：缺少 level 的类别", "level"),
    (put(layout.PARAMETERS, "class1", "一级（l1）", name="basic.cap"), "表“参数” 单元格 H8：参数没有这么多分类维度", "无"),
    (put(layout.PARAMETERS, "class1", "九级（l9）", name="basic.deductible"), "单元格 N3：parameters.basic.deductible.values.第1项.table.l9：level 的类别“l9”没有定义", "l1"),
    (put(layout.PARAMETERS, "class1", "一级（l1）", class1="二级（l2）"), "表“参数” 单元格 N4：参数 basic.deductible 自 2024-01-01 起，这一类别出现两行", "一行"),
    (put(layout.PARAMETERS, "unit", "ratio", class1="二级（l2）"), "表“参数” 单元格 F4：同一参数各行在这一列不一致", "yuan"),
    (put(layout.PARAMETERS, "document", "另一办法", class1="二级（l2）"), "表“参数” 单元格 O4：参数 basic.deductible 自 2024-01-01 起的各行在这一列不一致", "各行相同"),
    (put(layout.PARAMETERS, "by", "levl", name="basic.cap"), "表“参数” 单元格 H8：缺少 levl 的类别", "levl"),
    (put(layout.LAYERS, "base", "[inscpp]", code="basic"), "表“层” 单元格 J3：layers.basic.base.第1项：不认识的数额“inscpp”", "是否想写 inscp"),
    (put(layout.LAYERS, "base", "[inscp", code="basic"), "表“层” 单元格 J3：方括号或花括号没有成对", "成对"),
    (put(layout.LAYERS, "ratio", "basic.rati", code="basic"), "表“层” 单元格 M3：layers.basic.ratio：参数“basic.rati”没有定义", "是否想写 basic.ratio"),
    (put(layout.LAYERS, "on", "开", code="basic"), "表“层” 单元格 D3：“开”不在可选的词内", "启用、停用"),
    (put(layout.LAYERS, "fund", "医保基金", code="basic"), "表“层” 单元格 E3：layers.basic.fund：“医保基金”不在允许", "hifp_pay"),
    (put(layout.LAYERS, "code", None, code="basic"), "表“层” 单元格 A3：缺少“层代码”", "删去整行"),
    (put(layout.LAYERS, "code", "cii", code="basic"), "表“层” 单元格 A4：层 cii 出现两行", "每层只写一行"),
    (put(layout.LAYERS, "zh", None, code="basic"), "表“层” 单元格 A3：layers.basic：缺少“zh”", "补上 zh"),
    (put(layout.CLASSES, "when", "{hosp_level: [1]}", code="l1"), "表“类别” 单元格 H3：dimensions.level.classes.第1项.when.hosp_level：列“hosp_level”没有定义", "是否想写 hosp_lv"),
    (put(layout.CLASSES, "dimension", None, code="l1"), "表“类别” 单元格 A3：缺少“维度代码”", "删去整行"),
    (put(layout.CLASSES, "dimension_zh", "等级", code="l2"), "表“类别” 单元格 B4：同一维度各行在这一列不一致", "医院等级"),
    (put(layout.CLASSES, "date", "someday", code="l1"), "表“类别” 单元格 D3：dimensions.level.date：“someday”不在允许", "admission"),
    (put(layout.CLASSES, "dimension", "Care", code="other"), "表“类别” 单元格 A6：dimensions.Care：“Care”不能作名称", "小写字母"),
    (put(layout.PARAMETERS, "by", "Level", class1="二级（l2）"), "表“参数” 单元格 G4：同一参数各行在这一列不一致", "level"),
    (put(layout.ORDER, "layers", "basic → ci"), "表“顺序” 单元格 A3：order.第2项：层“ci”没有定义", "是否想写 cii"),
    (put(layout.ORDER, "layers", None), "缺少“order”", "order"),
    (put(layout.FILES, "path", "../x.yaml"), "表“文件” 单元格 A3：“../x.yaml”不能作文件位置", "相对路径"),
    (put(layout.FILES, "path", "/x.yaml"), "表“文件” 单元格 A3：“/x.yaml”不能作文件位置", "相对路径"),
    (put(layout.FILES, "path", "x.txt"), "表“文件” 单元格 A3：“x.txt”不能作文件位置", "相对路径"),
    (put(layout.FILES, "path", "a\\x.yaml"), "表“文件” 单元格 A3：", "相对路径"),
    (lambda book: setattr(about(book, "id"), "value", "试"), "表“说明与签字” 单元格 B3：id：“试”不能作名称", "小写字母"),
    (lambda book: setattr(about(book, "to"), "value", "昨天"), "表“说明与签字” 单元格 B8：", "YYYY-MM-DD"),
    (lambda book: setattr(about(book, "to"), "value", "2020-01-01"), "表“说明与签字” 单元格 B8：to：有效期颠倒", "to 不早于 from"),
    (lambda book: setattr(about(book, "stays.days"), "value", "days"), "stays.days：“days”不在允许", "nights、inclusive"),
    (lambda book: setattr(book[layout.ABOUT]["C5"], "value", "enn"), "表“说明与签字” 单元格 C5：不认识的代码“enn”", "是否想写 en"),
    (lambda book: setattr(book[layout.ORDER]["B2"], "value", "layer"), "表“顺序” 单元格 B2：第 2 行的列代码“layer”不认识", "是否想写 layers"),
    (lambda book: setattr(book[layout.ORDER]["B2"], "value", "from"), "表“顺序” 单元格 B2：第 2 行的列代码“from”重复", "from、layers"),
    (lambda book: setattr(book[layout.ORDER]["B2"], "value", None), "表“顺序”：第 2 行缺少列代码“layers”", "用导出的工作簿"),
    (lambda book: book.remove(book[layout.LAYERS]), "缺少表“层”", "说明与签字"),
    (lambda book: book.remove(book[layout.ABOUT]), "缺少表“说明与签字”", "用导出的工作簿"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "said", "todo"), WRONG, ids=[f"{i} {w[1]}" for i, w in enumerate(WRONG)])
def test_a_wrong_cell_is_told_by_sheet_and_cell(tmp_path: Path, edit: Edit, said: str, todo: str) -> None:
    told = faults(edited(pack(), tmp_path, edit), tmp_path / "out")
    mine = [line for line in told if said in line]
    assert len(mine) == 1, told
    assert todo in mine[0]


def test_all_wrong_cells_are_told_at_once(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        put(layout.PARAMETERS, "value", "六成", name="basic.ratio")(book)
        put(layout.LAYERS, "on", "开", code="basic")(book)
        put(layout.CLASSES, "when", "[", code="l1")(book)
        about(book, "to").value = "昨天"

    assert len(faults(edited(pack(), tmp_path, edit), tmp_path / "out")) == 4


def test_rows_of_one_parameter_stay_in_one_file(tmp_path: Path) -> None:
    made = load(in_two_files(tmp_path))
    path = edited(made, tmp_path, put(layout.PARAMETERS, "file", "params/cii.yaml", class1="二级（l2）"))
    (said,) = faults(path, tmp_path / "out")
    assert "参数 basic.deductible 的各行写了不同的文件" in said


def test_a_file_named_twice_is_told(tmp_path: Path) -> None:
    made = load(in_two_files(tmp_path))
    told = faults(
        edited(made, tmp_path, put(layout.FILES, "path", "pack.yaml", path="params/cii.yaml")),
        tmp_path / "out",
    )
    assert any("文件 pack.yaml 出现两行" in line for line in told)


def test_endless_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells_module, "MOST_ROWS", 4)
    told = faults(edited(pack(), tmp_path, lambda book: None), tmp_path / "out")
    assert any("行数过多" in line for line in told)


def test_one_dated_order_stays_dated(tmp_path: Path) -> None:
    made = pack(changed("order: [basic, cii]", "order: [{from: 2020-01-01, layers: [basic, cii]}]"))
    assert meaning(through(made, tmp_path)) == meaning(made)


def test_the_workbook_is_headed_and_offers_the_words_to_choose_from(tmp_path: Path) -> None:
    write_workbook(pack(), tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    assert sorted(book.sheetnames) == sorted([layout.ABOUT, *layout.SHEETS])
    assert [c.value for c in book[layout.ORDER][1]] == ["起", "各层，先后以 → 相连"]
    assert book[layout.ABOUT]["A3"].value == "政策编号"
    offered = {str(rule.sqref): rule.formula1 for rule in book[layout.LAYERS].data_validations.dataValidation}
    assert offered["D3:D2000"] == '"启用,停用"'


# — files —


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    write_workbook(pack(), tmp_path / "x.xlsx")
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("x")
    with pytest.raises(InputFault, match="输出目录已有内容"):
        import_workbook(tmp_path / "x.xlsx", out)
    with pytest.raises(InputFault, match="输出目录已有内容"):
        import_workbook(tmp_path / "x.xlsx", out / "mine")
    assert [path.name for path in out.iterdir()] == ["mine"]


def test_an_empty_folder_and_a_new_one_deep_down_are_taken(tmp_path: Path) -> None:
    write_workbook(pack(), tmp_path / "x.xlsx")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty").chmod(0o700)
    for out in (tmp_path / "empty", tmp_path / "a" / "b" / "c"):
        import_workbook(tmp_path / "x.xlsx", out)
        assert [path.name for path in out.iterdir()] == ["shi.yaml"]
        assert out.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("content", [b"", b"hello", PACK.encode(), b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(InputFault, match="不是 Excel 工作簿"):
        import_workbook(tmp_path / "x.xlsx", tmp_path / "out")


def test_a_missing_or_oversized_workbook_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputFault, match="找不到工作簿"):
        import_workbook(tmp_path / "none.xlsx", tmp_path / "out")
    write_workbook(pack(), tmp_path / "x.xlsx")
    monkeypatch.setattr(cells_module, "LARGEST_BYTES", (tmp_path / "x.xlsx").stat().st_size)
    assert import_workbook(tmp_path / "x.xlsx", tmp_path / "just").id == "shi"
    monkeypatch.setattr(cells_module, "LARGEST_OPENED", 1000)
    with pytest.raises(InputFault, match="解压后过大"):
        import_workbook(tmp_path / "x.xlsx", tmp_path / "out")
    monkeypatch.setattr(cells_module, "LARGEST_BYTES", 10)
    with pytest.raises(InputFault, match="文件过大"):
        import_workbook(tmp_path / "x.xlsx", tmp_path / "out")


def test_a_policy_that_no_workbook_can_hold_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    for text, what in (("x" * 40_000, "太长"), ("a\\x07b", "容不下的字符")):
        made = pack(changed("zh: 试行政策", f'zh: 试行政策\nnote: "{text}"'))
        with pytest.raises(InputFault, match=what):
            write_workbook(made, tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_files_that_would_not_load_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_workbook(pack(), tmp_path / "x.xlsx")
    monkeypatch.setattr(read_module, "dump", lambda data: "a: [1")
    with pytest.raises(DoudiError, match="没有成对"):
        import_workbook(tmp_path / "x.xlsx", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_text_as_long_as_a_cell_is_taken(tmp_path: Path) -> None:
    made = pack(changed("zh: 试行政策", f"zh: 试行政策\nnote: {'x' * 32_767}"))
    assert meaning(through(made, tmp_path)) == meaning(made)


def test_an_interrupted_writing_leaves_the_old_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"old")

    def fail(self: Path, target: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_workbook(pack(), path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_parameter_without_values_comes_back(tmp_path: Path) -> None:
    made = pack(changed("  basic.cap: {", "  spare: {zh: 备用, unit: count, values: []}\n  basic.cap: {"))
    assert meaning(through(made, tmp_path)) == meaning(made)


def test_faults_are_of_one_family() -> None:
    assert issubclass(Faults, DoudiError)
