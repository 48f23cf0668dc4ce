"""Declarations: a slip fails when the declaration is made."""

import pyarrow as pa
import pytest

from doudi.common.errors import InputFault
from doudi.facts.declare import Column, Identity, Refund, Table, ident, money, number
from doudi.facts.registry import TABLES, table_named
from doudi.facts.settlements import TABLE

AGREED = """
    psn_no setl_id mdtrt_id init_setl_id insutype psn_type med_type hosp_lv dedc_hosp_lv out_flag rloc_type
    dise_no fixmedins_code begndate enddate setl_time ipt_days refd_setl_flag medfee_sumamt_fen
    fulamt_ownpay_amt_fen overlmt_selfpay_fen preselfpay_amt_fen inscp_amt_fen hifp_pay_fen cvlserv_pay_fen
    hifes_pay_fen hifmi_pay_fen hifob_pay_fen hifdm_pay_fen maf_pay_fen othfund_pay_fen fund_pay_sumamt_fen
    ownpay_hosp_part_fen psn_pay_fen acct_pay_fen cash_payamt_fen
"""


def made(*columns: Column, **more: object) -> Table:
    return Table("t", "表", "table", "t_d", "one row", (), columns, (), **more)  # type: ignore[arg-type]


def test_money_is_fen_inside_and_carries_no_suffix_outside() -> None:
    column = TABLE["hifp_pay"]
    assert (column.name, column.inside, column.arrow, column.unit) == (
        "hifp_pay",
        "hifp_pay_fen",
        pa.int64(),
        "元",
    )
    with pytest.raises(ValueError, match="_fen"):
        money("hifp_pay_fen", "统筹", "fund")


def test_a_column_needs_both_languages_and_a_fitting_scale() -> None:
    with pytest.raises(ValueError, match="both languages"):
        ident("x", "", "x")
    with pytest.raises(ValueError, match="scale"):
        number("x", "数", "x", 0)
    with pytest.raises(ValueError, match="scale"):
        Column("x", "count", "数", "x", scale=2)


def test_a_table_refuses_columns_it_does_not_declare() -> None:
    a = money("a", "甲", "a")
    with pytest.raises(ValueError, match="declared twice"):
        made(a, a)
    with pytest.raises(ValueError, match="mean two columns"):
        made(a, money("b", "甲", "b"))
    with pytest.raises(ValueError, match=r"\['z'\]"):
        made(a, identities=(Identity("i", "a", ("z",), "甲=丙"),))
    with pytest.raises(ValueError, match=r"\['z'\]"):
        made(a, refund=Refund("z"))


def test_a_table_opens_only_to_named_costs() -> None:
    opened = TABLE.open_column("cost_class_b")
    assert opened is not None
    assert opened.inside == "cost_class_b_fen"
    assert TABLE.open_column("cost_") is None
    assert TABLE.open_column("cost_x_fen") is None
    assert TABLE.open_column("drug_cost") is None
    assert TABLES["visits"].open_column("cost_x") is None


def test_the_inside_form_keeps_the_declared_order() -> None:
    opened = tuple(TABLE.open_column(f"cost_{name}") for name in "ba")
    schema = TABLE.schema(opened=opened)  # type: ignore[arg-type]
    assert schema.names[:2] == ["setl_id", "mdtrt_id"]
    assert schema.names[-2:] == ["cost_a_fen", "cost_b_fen"]
    assert "certno" in schema.names
    assert "certno" not in TABLE.schema(keep_identifying=False).names


def test_the_engine_finds_every_column_of_the_agreed_form() -> None:
    agreed = AGREED.split()
    schema = TABLE.schema()
    assert set(agreed) <= set(schema.names)
    for name in agreed:
        assert (schema.field(name).type == pa.int64()) == (name.endswith("_fen") or name == "ipt_days")


def test_tables_are_found_by_their_own_and_their_national_name() -> None:
    assert table_named("settlements") is table_named("SETL_D") is TABLE
    with pytest.raises(InputFault, match="settlements（结算 setl_d）"):
        table_named("setlements")


def test_every_table_says_what_a_row_is_and_how_rows_are_sorted() -> None:
    for name, table in TABLES.items():
        assert table.name == name
        assert table.grain.startswith("one row per")
        assert table.order
        assert set(table.keys) <= set(table.order), name
