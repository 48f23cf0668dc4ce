"""Records found among people who are hard to tell apart, by weights that are Splink's, the same every time."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from doudi.common.identifiers import sample_id_number
from doudi.engine.linkage.by_splink import predict
from doudi.engine.linkage.levels import LEVELS
from doudi.engine.linkage.records import PEOPLE, counted, encoded
from doudi.engine.linkage.run import in_memory, link
from doudi.engine.linkage.score import score
from doudi.engine.linkage.weights import made_ready, name_weights
from doudi.policy.linkage import linkage_model
from tests.engine.linkage.hard import AS_OF, County, county

MODEL = linkage_model()


@pytest.fixture(scope="module")
def hard() -> County:
    return county(6_000, 3_000, seed=3)


def person(number: int, name: str, born: date, **more: object) -> dict:
    certno = sample_id_number(born, 100 + number)
    told = {
        "id": number,
        "psn_name": name,
        "brdy": born,
        "certno": certno,
        "gend": "12"[int(certno[16]) % 2 == 0],
    }
    return told | {"division": "990101100201", "household": 1, "tel": None} | more


def people_of(*rows: dict) -> pa.Table:
    return pa.Table.from_pylist([*rows, *_FILLERS], PEOPLE)


def found(rows: list[dict], people: pa.Table) -> list[tuple[int, int, str]]:
    loose = pa.Table.from_pylist([{"id": 1000 + k} | row for k, row in enumerate(rows)], PEOPLE)
    pairs = link(loose, people, MODEL, on=AS_OF).pairs
    return list(zip(*(pairs[name].to_pylist() for name in ("a", "b", "verdict")), strict=True))


_FILLERS = [
    person(
        100 + k,
        f"{'赵钱孙周吴'[k % 5]}{'甲乙丙丁戊'[k // 5 % 5]}{'子丑寅卯辰'[k // 25 % 5]}",
        date(1950 + k % 60, 1 + k % 12, 5),
    )
    | {"household": 100 + k // 3, "division": f"990101100{201 + k % 7}"}
    for k in range(300)
]


def test_hard_records_are_found_and_hardly_one_is_wrong(hard: County) -> None:
    pairs = link(hard.loose, hard.people, MODEL, on=AS_OF).pairs
    same = pairs.filter(pc.equal(pairs["verdict"], "same")).select(["a", "b"]).to_pylist()
    right = sum(hard.truth[row["a"]] == row["b"] for row in same)
    there = sum(who is not None for who in hard.truth.values())
    queued = len(pc.unique(pairs.filter(pc.equal(pairs["verdict"], "queued"))["a"]))
    assert right / len(same) >= 0.999
    assert right / there >= 0.98
    assert queued / len(hard.truth) <= 0.01


def test_the_same_records_give_the_same_bytes(hard: County) -> None:
    runs = [link(hard.loose, hard.people, MODEL, on=AS_OF, threads=threads) for threads in (1, 2, 2)]
    assert runs[0].pairs.equals(runs[1].pairs)
    assert runs[1].pairs.equals(runs[2].pairs)
    assert runs[0].among.equals(runs[1].among)


def test_the_parts_of_a_weight_add_up(hard: County) -> None:
    linked = link(hard.loose, hard.people, MODEL, on=AS_OF)
    for row in linked.pairs.to_pylist()[:200]:
        assert row["weight"] == linked.weights.prior + sum(row[f"w_{one.key}"] for one in MODEL.comparisons)


def test_the_weights_are_those_of_splink(hard: County) -> None:
    records = encoded(hard.loose.slice(0, 800), hard.people, on=AS_OF)
    weights = made_ready(MODEL, records)
    with in_memory(2) as connection:
        name = score(connection, records, weights, least=-100_000)
        ours = connection.sql(f"select a, b, weight from {name} order by a, b").to_arrow_table()
        theirs = predict(connection, records, weights)
    assert ours["a"].equals(theirs["a"])
    assert ours["b"].equals(theirs["b"])
    apart = pc.abs(pc.subtract(ours["weight"].cast(pa.float64()), pc.multiply(theirs["weight"], 100.0)))
    assert pc.max(apart).as_py() <= 0.5 * (len(MODEL.comparisons) + 1)


def test_twins_are_not_linked_across() -> None:
    born = date(2010, 5, 6)
    twins = people_of(person(1, "张伟明", born), person(2, "张伟亮", born))
    spoilt = twins["certno"][0].as_py()[:15] + "000"
    lone = people_of(person(2, "张伟亮", born))
    row = {"psn_name": "张伟明", "brdy": born, "division": "990101100201", "household": 1, "certno": spoilt}
    assert found([row], twins) == [(1000, 1, "same")]
    assert [verdict for _, _, verdict in found([row], lone)] in ([], ["queued"])


def test_two_people_of_one_name_and_village_are_put_to_a_person_or_left() -> None:
    both = people_of(
        person(1, "王秀兰", date(1950, 1, 1), household=1), person(2, "王秀兰", date(1962, 2, 2), household=2)
    )
    row = {"psn_name": "王秀兰", "division": "990101100201"}
    assert all(verdict == "queued" for _, _, verdict in found([row], both))
    assert found([row | {"household": 2}], both) == [(1000, 2, "same")]


@pytest.mark.parametrize("name", ["善伟", "丹伟", "单玮", "单炜"])
def test_a_name_written_by_ear_or_eye_is_found(name: str) -> None:
    people = people_of(person(1, "单伟", date(1977, 3, 4)))
    assert found([{"psn_name": name, "brdy": date(1977, 3, 4), "division": "990101100201"}], people) == [
        (1000, 1, "same")
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda number: number[:9] + str((int(number[9]) + 1) % 10) + number[10:],
        lambda number: number[:15] + number[16] + number[15] + number[17],
        lambda number: number[:12] + number[13:],
        lambda number: number[:7] + number[7] + number[7:],
    ],
    ids=["one wrong", "two turned", "one left out", "one put in"],
)
def test_a_number_written_wrong_leads_to_its_person(spoil) -> None:
    people = people_of(
        person(1, "郑多福", date(1977, 3, 4)), person(2, "郑多福", date(1988, 3, 4), household=2)
    )
    number = people["certno"][0].as_py()
    assert found([{"psn_name": "郑多福", "certno": spoil(number)}], people) == [(1000, 1, "same")]


def test_a_right_number_of_somebody_else_is_not_taken_for_a_mistake() -> None:
    people = people_of(person(1, "郑多福", date(1977, 3, 4)))
    row = {"psn_name": "郑多福", "certno": sample_id_number(date(1950, 1, 1), 5), "division": "990101100201"}
    assert found([row], people) == []


def test_a_weak_name_needs_a_number() -> None:
    people = people_of(person(1, "郑多福", date(1977, 3, 4), tel="13900000001"))
    row = {
        "psn_name": "郑多寿",
        "brdy": date(1977, 3, 4),
        "division": "990101100201",
        "household": 1,
        "tel": "13900000001",
    }
    assert [verdict for _, _, verdict in found([row], people)] == ["queued"]


def test_records_of_nobody_known_are_put_together() -> None:
    rows = [
        {"id": k, "psn_name": "郑多福", "brdy": date(1977, 3, 4), "division": "990101100201"} for k in (7, 9)
    ]
    linked = link(pa.Table.from_pylist(rows, PEOPLE), people_of(), MODEL, on=AS_OF)
    assert linked.pairs.num_rows == 0
    assert [(row["a"], row["b"], row["verdict"]) for row in linked.among.to_pylist()] == [(7, 9, "same")]


def test_nothing_is_made_of_nothing() -> None:
    empty = PEOPLE.empty_table()
    assert link(empty, empty, MODEL, on=AS_OF).pairs.num_rows == 0
    assert link(empty, people_of(), MODEL, on=AS_OF).among.num_rows == 0


def test_it_spills_nothing_to_disk() -> None:
    with in_memory(1) as connection:
        assert connection.sql("select current_setting('temp_directory')").fetchall() == [("",)]


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    people = people_of(
        *(person(k, "王伟", date(1950 + k, 1, 1)) for k in range(1, 30)),
        person(40, "郑多福", date(1950, 1, 1)),
    )
    records = encoded(PEOPLE.empty_table(), people, on=AS_OF)
    weights = name_weights(made_ready(MODEL, records), records)
    assert weights[0] < weights[29]
    assert weights[29] - weights[0] == pytest.approx(100 * 4.858, abs=1)


def test_a_model_must_mean_what_the_tables_mean() -> None:
    name = MODEL["name"]
    other = replace(MODEL, comparisons=(replace(name, levels=name.levels[::-1]),))
    with pytest.raises(ValueError, match="levels of name"):
        made_ready(other, encoded(PEOPLE.empty_table(), people_of(), on=AS_OF))
    assert [one.key for one in MODEL.comparisons] == list(LEVELS)


def test_the_chance_that_two_agree_is_counted() -> None:
    assert counted(pa.chunked_array([[1, 1, 2, None]])) == pytest.approx(1 / 3)
    assert counted(pa.chunked_array([[None]], pa.int64())) == 0
