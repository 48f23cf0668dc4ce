"""How alike two headers are, from 0 to 1, and the best one-to-one pairing of many.

Headers are compared on characters and pairs of characters after words of one meaning are made one. Words that tell
whose or what kind of value it is (户主, 联系人, 日期, 金额) must agree. This module must not know cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from doudi.ledgers.reading.plain import key_of

_SAME = (
    (
        r"公民身份号码|(?:公民|居民|有效)?身?份?证件(?:编号|号码?|代码)|公民身份证?号码?|居民身份证号?码?|身份证件号码?|身份证号码?|证件号码?|身份号码|身份证",
        "证号",
    ),
    (r"联系电话|联系方式|手机号码?|电话号码|联系号码|移动电话|手机|电话", "电话"),
    (r"姓名|名字|名称|姓氏名", "名"),
    (r"日期|时间|年月日|年月", "时"),
    (r"金额|资金|款额|数额|钱数", "额"),
    (r"编号|编码|代码|号码", "号"),
    (r"乡镇街道|乡镇|镇街|镇办|街道|乡", "镇"),
    (r"行政村|村居|村委会|社区|村名|村", "村"),
    (r"家庭住址|居住地址|户籍地址|现住址|住址|地址", "址"),
    (r"与户主的?关系|户主关系|家庭关系|成员关系", "系户主"),
    (r"开户银行|开户行", "行"),
    (r"银行账号|银行卡号|账户号?|卡号|账号|帐号", "账"),
    (r"类型|类别|种类|性质", "类"),
    (r"等级|级别", "级"),
    (r"状况|情况|状态", "况"),
    (r"领取|发放|拨付|支付|补发", "发"),
    (r"缴纳|缴费|交费|缴款", "缴"),
    (r"人口数量?|家庭人口数?|成员数|人数", "人数"),
    (r"年份|年度", "年"),
    (r"所在|所属|归属", "在"),
    (r"参加|参与", "参"),
    (r"开始|起始|起", "始"),
    (r"结束|终止|截止|到期", "终"),
    (r"备注|说明|附注", "注"),
)
_SAME_RULES = tuple((re.compile(pattern), to) for pattern, to in _SAME)
_WHOSE = frozenset(
    re.findall(
        r"\S+",
        "母亲 父亲 配偶 户主 监护 联系人 帮扶 负责 法人 法定 受益 代办 代理 "
        "开户 申请 死者 亡故 家属 经办 家长 成员 机构 单位 学校 医院 企业 "
        "公司 银行 上年 去年 次年 户籍 现居 居住 出生 死亡 是否 原因 备注 "
        "次数 月数 人数 户数 面积 职工 居民 大病 养老 医疗 残疾 低保 特困 "
        "车 房 缴费 退费 起 止 终 始 审批 发证 办证 识别 消除 "
        "首次 最近 医生 收缩 舒张 停 退 原 新增 减少 收入 支出 ",
    )
)
_TAILS = ("证号", "电话", "名", "时", "额", "号", "址", "类", "级", "况", "数", "账", "注", "因", "率", "年", "月")  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A header made ready to be compared."""

    text: str
    ones: frozenset[str]
    twos: frozenset[str]
    whose: frozenset[str]
    tail: str


@lru_cache(maxsize=20_000)
def shape(text: str) -> Shape:
    """Make a header ready to be compared."""
    plain = key_of(text)
    whose = frozenset(word for word in _WHOSE if word in plain)
    for rule, to in _SAME_RULES:
        plain = rule.sub(to, plain)
    plain = plain.replace("的", "").replace("是否", "") or plain
    twos = frozenset(plain[i : i + 2] for i in range(len(plain) - 1))
    tail = next((tail for tail in _TAILS if plain.endswith(tail)), "")
    return Shape(plain, frozenset(plain), twos, whose, tail)


@lru_cache(maxsize=200_000)
def likeness(a: str, b: str) -> float:
    """How alike two headers are; 1 only where they are the same after words of one meaning are made one."""
    one, other = shape(a), shape(b)
    if not one.ones or not other.ones:
        return 0.0
    if one.text == other.text:
        return 0.97 if one.whose == other.whose else 0.6
    singles = 2 * len(one.ones & other.ones) / (len(one.ones) + len(other.ones))
    pairs = 2 * len(one.twos & other.twos) / max(1, len(one.twos) + len(other.twos))
    inside = min(len(one.ones), len(other.ones)) > 1 and (one.text in other.text or other.text in one.text)
    alike = 0.55 * singles + 0.3 * pairs + (0.15 if inside else 0.0)
    if one.whose != other.whose:
        alike *= (
            0.7 if len(one.whose ^ other.whose) == 1 and not ({"户主"} & (one.whose ^ other.whose)) else 0.5
        )
    if one.tail and other.tail and one.tail != other.tail:
        alike *= 0.5
    return min(alike, 0.95)


def best_pairs(gain: Sequence[Sequence[float]]) -> dict[int, int]:
    """Row → column such that the sum of gains is greatest, each used once; a gain of nought is no pair.

    The Hungarian method on costs; rows and columns number some dozens.
    """
    rows, width = len(gain), max((len(row) for row in gain), default=0)
    if not rows or not width:
        return {}
    flipped = rows > width
    table = (
        [[gain[r][c] for r in range(rows)] for c in range(width)] if flipped else [list(row) for row in gain]
    )
    n, m = len(table), len(table[0])
    top = max(max(row) for row in table)
    u, v, match = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1)
    for i in range(1, n + 1):
        match[0], j0 = i, 0
        least, way, used = [float("inf")] * (m + 1), [0] * (m + 1), [False] * (m + 1)
        while True:
            used[j0] = True
            i0, delta, j1 = match[j0], float("inf"), 0
            for j in range(1, m + 1):
                if used[j]:
                    continue
                cost = top - table[i0 - 1][j - 1] - u[i0] - v[j]
                if cost < least[j]:
                    least[j], way[j] = cost, j0
                if least[j] < delta:
                    delta, j1 = least[j], j
            for j in range(m + 1):
                if used[j]:
                    u[match[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            j0 = j1
            if match[j0] == 0:
                break
        while j0:
            match[j0], j0 = match[way[j0]], way[j0]
    pairs = {match[j] - 1: j - 1 for j in range(1, m + 1) if match[j]}
    pairs = {i: j for i, j in pairs.items() if table[i][j] > 0}
    return {j: i for i, j in pairs.items()} if flipped else pairs
