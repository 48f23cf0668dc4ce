"""Records of nobody known yet: found, asked in the order of money, or taken from under somebody else's number."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from doudi.common.identifiers import sample_id_number
from doudi.findings.link import Links, find_links
from doudi.policy.linkage import linkage_model

AS_OF = date(2026, 6, 30)
MODEL = linkage_model()
RECORDS = pa.schema(
    [
        ("rec_id", pa.int64()),
        ("entry_id", pa.int64()),
        ("person_id", pa.int64()),
        ("kind", pa.string()),
        ("psn_name", pa.string()),
        ("gend", pa.string()),
        ("brdy", pa.date32()),
        ("certno", pa.string()),
        ("certno_written", pa.string()),
        ("tel", pa.string()),
        ("town", pa.string()),
        ("village", pa.string()),
        ("division", pa.string()),
        ("household_id", pa.int64()),
    ]
)
PERSONS = pa.schema([("person_id", pa.int64()), ("household_id", pa.int64()), ("division", pa.string())])
FATHER, MOTHER, SON, TWIN = 1, 2, 3, 4
FAMILY = {
    FATHER: ("郑多福", sample_id_number(date(1970, 3, 4), 101)),
    MOTHER: ("单玉兰", sample_id_number(date(1972, 8, 9), 102)),
    SON: ("郑晓东", sample_id_number(date(2001, 5, 6), 103)),
    TWIN: ("郑晓南", sample_id_number(date(2001, 5, 6), 105)),
}
HOME, VILLAGE = 11, "990101100201"


def registered(number: int, name: str, certno: str, home: int, village: str) -> dict:
    return {
        "rec_id": number,
        "person_id": number,
        "kind": "population",
        "psn_name": name,
        "certno": certno,
        "household_id": home,
        "division": village,
    }


def county(*rows: Mapping, resident: bool = True) -> tuple[pa.Table, pa.Table]:
    """The family, four hundred others, and some rows of other ledgers."""
    people = [registered(number, *told, HOME, VILLAGE) for number, told in FAMILY.items()]
    surnames, given = "赵钱孙李周吴冯陈褚卫", "甲乙丙丁戊己庚辛壬癸"
    for k in range(400):
        name = surnames[k % 10] + given[k // 10 % 10] + given[(k // 100 + k) % 10]
        number = sample_id_number(date(1940 + k % 70, 1 + k % 12, 1 + k % 27), 200 + k)
        people.append(registered(100 + k, name, number, 100 + k // 3, f"990101100{202 + k % 9}"))
    persons = [
        {"person_id": one["rec_id"], "household_id": one["household_id"], "division": one["division"]}
        for one in people
    ]
    others = [{"rec_id": 5000 + k, "kind": "dibao"} | dict(row) for k, row in enumerate(rows)]
    records = [row | {"entry_id": row["rec_id"]} for row in (*people, *others)]
    return pa.Table.from_pylist(records, RECORDS), pa.Table.from_pylist(persons, PERSONS)


def links(*rows: Mapping, money: Mapping[int, int] | None = None) -> Links:
    return find_links(*county(*rows), MODEL, as_of=AS_OF, money=money)


def said(found: Links) -> list[tuple[int, int, str, str]]:
    columns = ("entry_id", "person_id", "verdict", "how")
    return list(zip(*(found.found[name].to_pylist() for name in columns), strict=True))


def test_a_row_without_a_number_finds_its_person() -> None:
    assert said(links({"psn_name": "善玉兰", "brdy": date(1972, 8, 9), "division": VILLAGE})) == [
        (5000, MOTHER, "same", "likeness")
    ]


def test_what_is_left_of_a_spoilt_number_is_used() -> None:
    spoilt = FAMILY[SON][1][:15] + "000"
    row = {"psn_name": "郑晓东", "certno_written": spoilt, "division": VILLAGE}
    assert said(links(row)) == [(5000, SON, "same", "likeness")]


def test_the_company_in_a_list_tells_the_household() -> None:
    """The office counts households by numbers of its own; who is known among them tells which one it is."""
    known = {"psn_name": "郑多福", "certno": FAMILY[FATHER][1], "person_id": FATHER, "household_id": 9001}
    row = {"psn_name": "郑晓南", "household_id": 9001}
    assert said(links(known, row)) == [(5001, TWIN, "same", "likeness")]


def test_numbers_exchanged_within_a_family_are_put_right() -> None:
    father, son = FAMILY[FATHER], FAMILY[SON]
    rows = [
        {"psn_name": father[0], "certno": son[1], "person_id": SON},
        {"psn_name": son[0], "certno": father[1], "person_id": FATHER},
    ]
    assert said(links(*rows)) == [
        (5000, SON, "different", "swapped"),
        (5000, FATHER, "same", "swapped"),
        (5001, FATHER, "different", "swapped"),
        (5001, SON, "same", "swapped"),
    ]


def test_rows_of_one_list_that_exchanged_their_numbers_are_put_right_without_a_household() -> None:
    """The old man is dead: no list of people has him any more, one row with his own birth speaks for his name."""
    old = sample_id_number(date(1940, 6, 16), 801)
    rows = [
        {"psn_name": "郑福春", "certno": old, "person_id": 70, "kind": "deaths", "brdy": date(1940, 6, 16)},
        {"psn_name": "单玉兰", "certno": old, "person_id": 70, "kind": "residents"},
        {"psn_name": "郑福春", "certno": FAMILY[MOTHER][1], "person_id": MOTHER, "kind": "residents"},
    ]
    assert said(links(*rows)) == [
        (5001, 70, "different", "swapped"),
        (5001, MOTHER, "same", "swapped"),
        (5002, MOTHER, "different", "swapped"),
        (5002, 70, "same", "swapped"),
    ]


def test_what_was_put_right_stays_right() -> None:
    """Once the register says whose the row is, the number that it carries is not the person's."""
    rows = [
        {"psn_name": FAMILY[SON][0], "certno": FAMILY[FATHER][1], "person_id": SON},
        {"psn_name": FAMILY[SON][0], "certno": FAMILY[SON][1], "person_id": SON, "kind": "pupils"},
        {"psn_name": "郑晓东", "certno_written": FAMILY[SON][1][:15] + "000"},
    ]
    assert said(links(*rows)) == [(5002, SON, "same", "likeness")]


def test_a_strange_name_under_a_right_number_is_put_to_a_person() -> None:
    row = {"psn_name": "欧阳德", "certno": FAMILY[FATHER][1], "person_id": FATHER}
    assert said(links(row)) == [(5000, FATHER, "queued", "contradicted")]


def test_a_strange_name_that_everything_else_says_is_the_owner_is_left_alone() -> None:
    row = {"psn_name": "郑多寿", "brdy": date(1970, 3, 4), "division": VILLAGE, "certno": FAMILY[FATHER][1]}
    assert said(links(row | {"person_id": FATHER})) == []


def test_a_number_of_one_family_under_a_name_of_another_is_put_to_a_person() -> None:
    records, _ = county()
    other = next(row for row in records.to_pylist() if row["rec_id"] == 123)
    born = date.fromisoformat(f"{other['certno'][6:10]}-{other['certno'][10:12]}-{other['certno'][12:14]}")
    row = {"psn_name": other["psn_name"], "brdy": born, "certno": FAMILY[FATHER][1], "person_id": FATHER}
    assert said(links(row | {"division": other["division"]})) == [(5000, 123, "queued", "contradicted")]


def test_a_name_written_by_ear_under_a_right_number_is_left_alone() -> None:
    assert said(links({"psn_name": "郑多富", "certno": FAMILY[FATHER][1], "person_id": FATHER})) == []


def test_rows_of_somebody_the_register_lacks_are_a_newcomer_to_whom_others_are_linked() -> None:
    number = sample_id_number(date(1966, 6, 6), 321)
    rows = [
        {"psn_name": "司徒远山", "certno": number, "division": VILLAGE},
        {"psn_name": "司徒远山", "certno": number, "kind": "deaths"},
        {"psn_name": "司徒远山", "brdy": date(1966, 6, 6), "division": VILLAGE, "kind": "houses"},
    ]
    found = links(*rows)
    assert found.newcomers.to_pylist() == [
        {"entry_id": 5000, "person_id": -5000},
        {"entry_id": 5001, "person_id": -5000},
    ]
    assert said(found) == [(5002, -5000, "same", "likeness")]


def test_rows_of_nobody_known_are_put_together() -> None:
    row = {"psn_name": "司徒远山", "brdy": date(1966, 6, 6), "division": VILLAGE}
    found = links(row, row | {"kind": "houses"})
    assert said(found) == []
    assert found.among.select(["entry_id", "person_id", "verdict"]).to_pylist() == [
        {"entry_id": 5000, "person_id": 5001, "verdict": "same"}
    ]


def test_whom_somebody_ruled_out_is_not_proposed_again() -> None:
    row = {"psn_name": "善玉兰", "brdy": date(1972, 8, 9), "division": VILLAGE}
    barred = [(5000, MOTHER), (5000, 99_999), (4_999, MOTHER)]
    assert said(find_links(*county(row), MODEL, as_of=AS_OF, barred=barred)) == []


def test_the_queue_begins_with_the_most_money() -> None:
    doubtful = [
        {"psn_name": "欧阳德", "certno": FAMILY[who][1], "person_id": who} for who in (FATHER, MOTHER, SON)
    ]
    found = links(*doubtful, money={5001: 90_000, SON: 250_000, 5000: 40_000})
    assert found.queue.select(["entry_id", "stake_fen"]).to_pylist() == [
        {"entry_id": 5002, "stake_fen": 250_000},
        {"entry_id": 5001, "stake_fen": 90_000},
        {"entry_id": 5000, "stake_fen": 40_000},
    ]
    assert found.queued == 3
    assert found.records == 407


def test_an_explanation_adds_up_to_the_weight() -> None:
    found = links({"psn_name": "善玉兰", "brdy": date(1972, 8, 9), "division": VILLAGE, "gend": "1"})
    told = found.explain(5000, MOTHER)
    assert sum(reason.weight for reason in told) == found.found["weight"][0].as_py()
    levels = {reason.comparison: reason.level for reason in told}
    assert levels["姓名"] == "读音相同"
    assert levels["性别"] == "不同"
    assert levels["电话"] == "缺，不计"
    assert found.explain(5000, FATHER) == []


def test_villages_by_name_serve_where_nobody_has_codes() -> None:
    records, persons = county(
        {
            "psn_name": "单玉兰",
            "brdy": date(1972, 8, 9),
            "town": "样东镇",
            "village": "样东1村",
            "division": None,
        }
    )
    place = pc.if_else(pc.equal(records["division"], VILLAGE), "样东1村", "样东2村")
    named = records.set_column(
        records.column_names.index("division"), "division", pa.nulls(len(records), pa.string())
    )
    named = named.set_column(
        named.column_names.index("village"), "village", pc.coalesce(place, records["village"])
    )
    named = named.set_column(named.column_names.index("town"), "town", pa.array(["样东镇"] * len(records)))
    bare = persons.set_column(2, "division", pa.nulls(len(persons), pa.string()))
    found = find_links(named, bare, MODEL, as_of=AS_OF)
    assert said(found) == [(5000, MOTHER, "same", "likeness")]
    assert "同村" in [reason.level for reason in found.explain(5000, MOTHER)]


def test_a_register_without_anybody_has_nothing_to_link() -> None:
    found = find_links(RECORDS.empty_table(), PERSONS.empty_table(), MODEL, as_of=AS_OF)
    assert (found.found.num_rows, found.queue.num_rows, found.queued) == (0, 0, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_records_does_not_matter(order: int) -> None:
    rows = [
        {"psn_name": "善玉兰", "brdy": date(1972, 8, 9), "division": VILLAGE},
        {"psn_name": "郑晓东", "certno": FAMILY[FATHER][1], "person_id": FATHER},
        {"psn_name": "郑晓南", "certno_written": FAMILY[TWIN][1][:15] + "000"},
    ]
    records, persons = county(*rows)
    turned = records.take(pa.array(list(range(len(records)))[::order]))
    assert find_links(turned, persons, MODEL, as_of=AS_OF).found.equals(
        find_links(records, persons, MODEL, as_of=AS_OF).found
    )
