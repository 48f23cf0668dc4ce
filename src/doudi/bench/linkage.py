"""The jobs behind the linkage line: records without a usable number placed among a county's people, by us and by Splink.

People and records are made from a seed, column by column; they exist nowhere (area 990101). Both runs start from the same
tables and end with every pair weighed; ours goes on to a verdict for each record.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from doudi.common.identifiers import SAMPLE_AREA
from doudi.engine.linkage.by_splink import predict
from doudi.engine.linkage.records import LOOSE, PEOPLE, encoded
from doudi.engine.linkage.run import in_memory, link
from doudi.engine.linkage.weights import made_ready
from doudi.policy.linkage import linkage_model

AS_OF = dt.date(2026, 6, 30)
SEED = 990101
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常单解翟区仇"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文志林海燕春生德福永玲飞龙淑珍云凤金荣贵清波成东新亮峰松柏光辉学义仁和顺兴旺世昌庆祥瑞雪晴月欣怡雨轩梓涵子宇浩然博思琪佳俊鑫鹏程远达安宁康乐健良忠孝廉"
_BY_EAR = {"伟": "玮", "芳": "方", "静": "晶", "丽": "莉", "军": "君", "艳": "燕", "明": "名", "秀": "绣", "平": "萍", "英": "瑛", "华": "花", "建": "健", "红": "洪"}  # fmt: skip
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
_CHECKS = np.array(list("10X98765432"))
_FIRST_DAY = np.datetime64("1940-01-01", "D")
_DAYS = 31_500

Ints = npt.NDArray[np.int64]
Text = npt.NDArray[np.str_]


def made(people: int, records: int) -> tuple[pa.Table, pa.Table, Ints]:
    """Records, people, and for each record the person it is of (-1: somebody who is not in the register)."""
    rng = np.random.default_rng(SEED)
    household = np.arange(people) // 3
    homes = int(household[-1]) + 1
    villages = np.array(
        [f"{SAMPLE_AREA}{town:03d}{place:03d}" for town in range(100, 120) for place in range(201, 226)]
    )
    village = villages[rng.integers(0, len(villages), homes)][household]
    surname = np.array(list(_SURNAMES))[_skewed(rng, homes, len(_SURNAMES))][household]
    given = np.array(list(_GIVEN))
    first, second = (given[_skewed(rng, people, len(_GIVEN))] for _ in range(2))
    name = np.char.add(surname, np.where(rng.random(people) < 0.8, np.char.add(first, second), second))
    day = rng.integers(0, _DAYS, people)
    born = (_FIRST_DAY + day.astype("timedelta64[D]")).astype("datetime64[D]")
    number = _numbers(born, day)
    phone = np.char.add("139", np.char.zfill(rng.integers(0, 10**8, homes).astype(str), 8))[household]
    sex = np.where(
        np.char.greater_equal(number, ""),
        (number.astype("U18").view("U1").reshape(-1, 18)[:, 16]).astype(int) % 2,
        0,
    )
    everybody = {
        "id": np.arange(people),
        "psn_name": name,
        "gend": np.where(sex == 1, "1", "2"),
        "brdy": born,
        "certno": number,
        "tel": phone,
        "division": village,
        "household": household,
    }
    of = rng.integers(0, people, records)
    gone = np.zeros(people, dtype=bool)
    gone[rng.integers(0, people, people // 33)] = True
    said = {key: values[of] for key, values in everybody.items()}
    said["id"] = np.arange(records) + people
    said["certno"] = _spoilt(rng, said["certno"])
    said["psn_name"] = _by_ear(rng, said["psn_name"])
    kept = {"gend": 0.9, "brdy": 0.7, "tel": 0.4, "household": 0.5}
    loose = _table(said, LOOSE, {key: rng.random(records) >= share for key, share in kept.items()})
    register = _table(everybody, PEOPLE, {}).filter(pa.array(~gone))
    return loose, register, np.where(gone[of], -1, of)


def linked(people: int, records: int, threads: int = 2) -> dict[str, Any]:
    """All of it, from tables to verdicts: seconds, records a second, and how many are right."""
    loose, register, truth = made(people, records)
    begun = time.perf_counter()
    pairs = link(loose, register, linkage_model(), on=AS_OF, threads=threads).pairs
    seconds = time.perf_counter() - begun
    same = pairs.filter(pc.equal(pairs["verdict"], "same"))
    right = int((truth[same["a"].to_numpy() - people] == same["b"].to_numpy()).sum())
    queued = len(pc.unique(pairs.filter(pc.equal(pairs["verdict"], "queued"))["a"]))
    return {
        "people": len(register),
        "records": records,
        "seconds": round(seconds, 3),
        "per_s": round((len(register) + records) / seconds),
        "loose_per_s": round(records / seconds),
        "precision": round(right / max(len(same), 1), 6),
        "recall": round(right / int((truth >= 0).sum()), 6),
        "queued": round(queued / records, 6),
    }


def by_splink(people: int, records: int, threads: int = 2) -> dict[str, Any]:
    """Splink with the same model on the same records: the columns made ready as ours are, then its own prediction."""
    loose, register, _ = made(people, records)
    begun = time.perf_counter()
    ready = encoded(loose, register, on=AS_OF)
    with in_memory(threads) as connection:
        found = predict(connection, ready, made_ready(linkage_model(), ready))
    seconds = time.perf_counter() - begun
    return {"seconds": round(seconds, 3), "per_s": round(len(ready.table) / seconds), "pairs": len(found)}


def _skewed(rng: np.random.Generator, count: int, values: int) -> Ints:
    """Places drawn so that the first come often and the last seldom, as names do."""
    shares = 1 / (np.arange(values) + 3)
    return rng.choice(values, count, p=shares / shares.sum()).astype(np.int64)


def _numbers(born: npt.NDArray[np.datetime64], day: Ints) -> Text:
    """Right numbers; the order within a day decides the serial."""
    order = np.argsort(day, kind="stable")
    within = np.empty(len(day), dtype=np.int64)
    starts = np.searchsorted(day[order], day[order])
    within[order] = np.arange(len(day)) - starts
    serial = np.char.zfill(((within * 7 + day * 13) % 1000).astype(str), 3)
    first17 = np.char.add(np.char.add(SAMPLE_AREA, np.char.replace(born.astype(str), "-", "")), serial)
    digits = first17.astype("U17").view("U1").reshape(-1, 17).astype(np.int64)
    return np.char.add(first17, _CHECKS[(digits @ _WEIGHTS) % 11])


def _spoilt(rng: np.random.Generator, numbers: Text) -> Text:
    """A third rounded by a spreadsheet, a fifth with a digit wrong, the rest missing or cut to nothing."""
    kind = rng.random(len(numbers))
    letters = numbers.astype("U18").view("U1").reshape(-1, 18).copy()
    rounded = kind < 0.35
    letters[rounded, 15:] = "0"
    wrong = (kind >= 0.35) & (kind < 0.55)
    at = rng.integers(6, 17, len(numbers))
    old = letters[np.arange(len(numbers)), at].astype(np.int64)
    changed = ((old + rng.integers(1, 10, len(numbers))) % 10).astype(str)
    letters[wrong, at[wrong]] = changed[wrong]
    spoilt: Text = letters.reshape(-1).view("U18")
    return np.where(kind < 0.55, spoilt, np.where(kind < 0.7, "9.90101E+17", ""))


def _by_ear(rng: np.random.Generator, names: Text) -> Text:
    """One name in sixteen with a character that sounds the same."""
    letters = names.astype("U3").view("U1").reshape(-1, 3).copy()
    heard = np.flatnonzero(rng.random(len(names)) < 1 / 16)
    for written, instead in _BY_EAR.items():
        column = letters[heard, 1]
        letters[heard, 1] = np.where(column == written, instead, column)
    joined: Text = letters.reshape(-1).view("U3")
    return joined


def _table(columns: dict[str, Any], schema: pa.Schema, missing: dict[str, npt.NDArray[np.bool_]]) -> pa.Table:
    arrays = [pa.array(columns[one.name], mask=missing.get(one.name)).cast(one.type) for one in schema]
    return pa.table(arrays, schema=schema)
