"""Names for people who do not exist: plausible, made up, and repeated as real ones are.

Surnames are as unevenly spread as in any county, so that thousands are called 王; a few have a reading of their own as a
surname (单, 解, 翟, 区, 仇, 查, 曾). That nobody bears the name together with the number is held by area 990101, which
no division uses. This module must not know who is whose child.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from doudi.sample.draws import Draws, Ints, Mask

_SURNAMES = (
    "王700 李660 张640 刘520 陈330 杨280 赵270 孙240 马190 周180 徐170 吴170 朱150 胡140 郭140 高140 林110 何100 宋120 于110 "
    "韩110 冯90 董90 程70 曹80 许80 吕80 田80 任70 姜70 崔70 魏70 谢60 邓50 袁60 苏55 贾60 丁60 潘50 杜55 夏45 范50 石50 "
    "孟50 秦45 白40 江40 侯40 尹38 薛36 闫36 段32 雷30 黎14 史32 陶28 贺26 毛26 郝30 邵30 万20 钱22 严20 武24 戴22 莫12 "
    "孔34 向12 汤18 常24 温16 康20 施12 文14 牛22 樊16 葛18 邢24 安18 齐18 庞16 颜16 庄14 聂14 鲁16 岳16 翟30 单30 解28 "
    "区12 仇14 查12 曾26 朴6 盖10 宁10 尉6 欧阳8 上官3 司马2 诸葛2"
)
_WORDS = [
    (one.rstrip("0123456789"), int(one.strip("".join(set(one) - set("0123456789")))))
    for one in _SURNAMES.split()
]
SURNAMES = tuple(word for word, _ in _WORDS)
WEIGHTS = tuple(weight for _, weight in _WORDS)

OLD_MEN = "德玉春金福广学洪国建永宝长树培立庆明荣贵生祥有海云义山文林友忠成才清和传兆士希仁"
OLD_WOMEN = "秀桂玉兰英凤淑珍美爱芳莲荣梅云香花素月巧翠红霞琴华玲娥菊连芹银彩春风焕存改"
YOUNG_MEN = "浩宇子俊泽明轩文博鹏飞志强伟杰晨阳旭航家豪一凡天佑思远振东海涛鑫磊超雨凯嘉瑞承恩梓睿铭奕峰"
YOUNG_WOMEN = "欣怡雨涵梓萱诗琪佳颖晓婷静雅思梦洁丽娜雪莹倩若曦语桐可馨艺紫悦心文子一娟燕敏慧琳玥冉"
POOLS = (OLD_WOMEN, OLD_MEN, YOUNG_WOMEN, YOUNG_MEN)
"""Given names by generation and sex: older women, older men, younger women, younger men."""
CHARACTERS = tuple(dict.fromkeys("".join(POOLS)))
_PLACES = [np.array([CHARACTERS.index(one) for one in dict.fromkeys(pool)], np.int64) for pool in POOLS]
ONE_CHARACTER = (60_000, 60_000, 160_000, 180_000)
"""Given names of one character, in a million."""
YOUNG_SINCE = 5_479
"""Born from 1985 on, in days since 1970."""
BASE = len(CHARACTERS) + 1


def surname(draws: Draws, number: Ints) -> Ints:
    """Everybody's own surname, before families are formed."""
    return draws.pick("surname", number, WEIGHTS)


def given(draws: Draws, number: Ints, born: Ints, male: Mask, family: Ints, shared: Mask) -> Ints:
    """Given names; who is `shared` has the first character in common with the others of the `family`."""
    pool = (born >= YOUNG_SINCE) * 2 + male
    first, second = np.zeros_like(number), np.zeros_like(number)
    for at, places in enumerate(_PLACES):
        mine = pool == at
        key = np.where(shared, family, number)[mine]
        what = "shared character" if at % 2 else "shared character of daughters"
        first[mine] = places[_usual(draws, what, key, len(places))]
        low = _usual(draws, "second character", number[mine], len(places))
        one = draws.chance("one character", number[mine], ONE_CHARACTER[at]) & ~shared[mine]
        second[mine] = np.where(one, 0, places[low] + 1)
    same = second == first + 1
    return first * BASE + np.where(same, (second % (BASE - 1)) + 1, second)


def _usual(draws: Draws, what: str, key: Ints, many: int) -> Ints:
    """The smallest of three draws: the first characters of a pool are far more usual than the last."""
    drawn = [draws.below(f"{what} {turn}", key, many) for turn in range(3)]
    return np.minimum(np.minimum(drawn[0], drawn[1]), drawn[2])


def spelled(surnames: Ints, givens: Ints) -> pa.Array:
    """The names in characters."""
    words = [
        pa.array(SURNAMES).take(pa.array(surnames)),
        pa.array(CHARACTERS).take(pa.array(givens // BASE)),
        pa.array(("", *CHARACTERS)).take(pa.array(givens % BASE)),
    ]
    return pc.binary_join_element_wise(*words, "")
