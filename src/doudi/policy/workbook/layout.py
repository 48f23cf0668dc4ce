"""The sheets of the workbook and their columns: what a person reads above, what the program reads below.

One declaration for writing and for reading. Row 1 of a sheet is for people, row 2 (grey) holds the keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from doudi.policy import wording

#: text: as it stands · code: a name, blanks round it cut · flow: YAML on one line · truth, on: two words ·
#: day: a date · value: a figure · cls: a class · shown: for people, not read back
Kind = Literal["text", "code", "flow", "truth", "on", "day", "value", "cls", "shown"]


@dataclass(frozen=True)
class Column:
    """One column: the program's key, the people's heading, what its cells hold, how wide it is."""

    key: str
    zh: str
    kind: Kind = "text"
    width: int = 14


SOURCE = (
    Column("document", "文件", width=36),
    Column("number", "文号", width=20),
    Column("issuer", "发文机关", width=20),
    Column("date", "文件日期", width=12),
    Column("clause", "条款", width=12),
    Column("url", "网址", width=16),
    Column("tier", "来源级别", width=10),
    Column("confirmed", "核实", "truth", 10),
    Column("note", "备注", width=36),
)
CLASS_KEYS = ("class1", "class2", "class3", "class4")

ABOUT, FILES, PARAMETERS, LAYERS = "说明与签字", "文件", "参数", "层"
CLASSES, PREPAY, ORDER = "类别", "先行自付", "顺序"

SHEETS: dict[str, tuple[Column, ...]] = {
    FILES: (
        Column("path", "文件位置", "code", 44),
        Column("place", "地区"),
        Column("zh", "名称", width=30),
        Column("en", "英文名称", width=20),
        Column("about", "说明", width=30),
        *SOURCE,
    ),
    PARAMETERS: (
        Column("file", "所在文件", "code", 20),
        Column("name", "参数", "code", 24),
        Column("zh", "名称", width=30),
        Column("en", "英文名称", width=16),
        Column("about", "参数说明", width=20),
        Column("unit", "单位", "code", 10),
        Column("by", "分类维度", "code", 16),
        *(Column(key, f"类别{'一二三四'[i]}", "cls", 24) for i, key in enumerate(CLASS_KEYS)),
        Column("from", "起", "day", 12),
        Column("to", "止", "day", 12),
        Column("value", "值", "value", 30),
        *SOURCE,
    ),
    LAYERS: (
        Column("code", "层代码", "code", 14),
        Column("zh", "名称", width=28),
        Column("words", "这一层怎么算（据右侧各列生成，改右侧）", "shown", 70),
        Column("on", "启用", "on", 8),
        Column("fund", "资金", "code", 16),
        Column("fund_pay_type", "基金支付类型", "code", 12),
        Column("kind", "种类", "code", 10),
        Column("when", "适用", "flow", 34),
        Column("unless", "除外", "flow", 20),
        Column("base", "计算基数", "flow", 24),
        Column("per", "每次或按年", "code", 10),
        Column("deductible", "起付线", "flow", 40),
        Column("ratio", "比例", "code", 18),
        Column("bands", "分段", "code", 18),
        Column("measured", "段界起点", "code", 16),
        Column("caps", "封顶线", "flow", 34),
        Column("round", "取整", "flow", 20),
        Column("on_change", "待遇变化", "code", 12),
        Column("waiting", "等待期", "code", 14),
        Column("counts_against", "冲减", "code", 12),
        Column("pool", "累计池", "code", 12),
        Column("at_most", "至多负担", "code", 14),
        Column("of", "以何为总额", "flow", 14),
        Column("recorded", "照录", "code", 14),
        Column("en", "英文名称", width=20),
        Column("document", "文件", width=30),
        Column("clause", "条款", width=12),
        Column("note", "备注", width=36),
    ),
    CLASSES: (
        Column("dimension", "维度代码", "code"),
        Column("dimension_zh", "维度", width=16),
        Column("dimension_en", "维度英文", width=16),
        Column("date", "以哪天为准", "code"),
        Column("code", "类别代码", "code"),
        Column("zh", "类别", width=28),
        Column("en", "类别英文", width=16),
        Column("when", "条件", "flow", 60),
        Column("unless", "除外", "flow", 40),
    ),
    PREPAY: (
        Column("zh", "名称", width=28),
        Column("en", "英文名称", width=16),
        Column("when", "适用", "flow", 40),
        Column("unless", "除外", "flow", 30),
        Column("of", "计算基数", "flow", 24),
        Column("ratio", "比例", "code", 24),
        Column("document", "文件", width=30),
        Column("clause", "条款", width=12),
        Column("note", "备注", width=36),
    ),
    ORDER: (Column("from", "起", "day", 12), Column("layers", "各层，先后以 → 相连", "code", 100)),
}

#: The first sheet holds one thing per row: key, words, what the cell holds.
ABOUT_ROWS = (
    Column("id", "政策编号", "code"),
    Column("zh", "名称"),
    Column("en", "英文名称"),
    Column("place", "地区"),
    Column("from", "有效期起", "day"),
    Column("to", "有效期止", "day"),
    Column("note", "说明"),
    *(Column(f"source.{one.key}", f"默认出处：{one.zh}", one.kind) for one in SOURCE),
    *(Column(f"dates.{key}", f"{zh}以哪天为准", "code") for key, zh in wording.LOOKUPS.items()),
    Column("year_starts", "年度起始月日", "code"),
    Column("stays.days", "住院天数", "code"),
    Column("stays.interim", "中途结算", "code"),
    Column("stays.new_year", "跨年住院", "code"),
    Column("fingerprint", "政策指纹（导出时）", "shown"),
)
SIGNATURES = ("经办人", "复核人", "批准人", "日期", "盖章")
TRUTH = {"true": "已核实", "false": "待核实"}
ON = {"true": "启用", "false": "停用"}
HEADING_ROWS = 2


def place(file: str, sheet: str, cell: str) -> str:
    """A cell as messages name it."""
    return f"{file} 表“{sheet}” 单元格 {cell}"
