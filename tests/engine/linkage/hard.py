"""A county of people that are hard to tell apart, and records of them with the mistakes that ledgers have.

Names repeat as they do in villages; families share surname, phone and village; there are twins. Each loose record says
whom it is of. Numbers exist only in area 990101.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from doudi.common.identifiers import sample_id_number
from doudi.engine.linkage.records import LOOSE, PEOPLE

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常单解翟区仇查朴盖"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文志林海燕春生德福永玲飞龙淑珍云凤金荣贵清波成东新亮峰松柏光辉学义仁和顺兴旺世昌庆祥瑞雪晴月欣怡雨轩梓涵子宇浩然博思琪佳俊鑫鹏程远达安宁康乐健良忠孝廉"
HOMOPHONES = {
    "伟": "玮",
    "芳": "方",
    "娜": "那",
    "静": "晶",
    "丽": "莉",
    "强": "蔷",
    "军": "君",
    "勇": "永",
    "艳": "燕",
    "杰": "洁",
    "娟": "涓",
    "明": "名",
    "超": "抄",
    "秀": "绣",
    "霞": "遐",
    "平": "萍",
    "刚": "钢",
    "桂": "贵",
    "英": "瑛",
    "华": "花",
    "玉": "钰",
    "兰": "澜",
    "红": "洪",
    "梅": "枚",
    "建": "健",
    "文": "雯",
    "志": "智",
    "林": "琳",
    "海": "亥",
    "春": "椿",
    "生": "升",
    "德": "得",
    "福": "富",
    "玲": "灵",
    "飞": "菲",
    "淑": "叔",
    "珍": "真",
    "云": "芸",
    "凤": "奉",
    "金": "今",
    "荣": "容",
    "清": "青",
    "波": "博",
    "成": "诚",
    "东": "冬",
    "新": "欣",
    "亮": "谅",
    "峰": "锋",
    "辉": "晖",
    "学": "雪",
    "义": "毅",
    "仁": "人",
    "和": "河",
    "顺": "舜",
    "世": "士",
    "昌": "畅",
    "庆": "磬",
    "祥": "翔",
    "瑞": "睿",
    "晴": "情",
    "欣": "心",
    "怡": "宜",
    "雨": "语",
    "轩": "宣",
    "梓": "子",
    "涵": "函",
    "宇": "羽",
    "浩": "皓",
    "思": "丝",
    "琪": "奇",
    "佳": "嘉",
    "俊": "骏",
    "鹏": "朋",
    "程": "成",
    "远": "元",
    "安": "庵",
    "宁": "柠",
    "康": "慷",
    "健": "建",
    "良": "梁",
    "忠": "中",
    "孝": "笑",
    "单": "善",
    "解": "谢",
    "翟": "宅",
    "区": "欧",
    "仇": "邱",
    "查": "扎",
    "任": "仁",
    "曾": "增",
}
SHAPES = {
    "芳": "芬",
    "明": "朋",
    "梅": "海",
    "建": "健",
    "未": "末",
    "英": "瑛",
    "玲": "冷",
    "淑": "椒",
    "晴": "睛",
    "佳": "住",
    "辉": "晖",
    "桂": "挂",
    "峰": "蜂",
    "清": "情",
    "杨": "扬",
    "陈": "阵",
    "冯": "冯",
    "余": "佘",
    "姜": "美",
    "侯": "候",
    "荣": "荥",
    "萍": "苹",
    "雪": "雷",
    "思": "恩",
    "庆": "床",
}
AS_OF = date(2026, 6, 30)


@dataclass(frozen=True)
class County:
    """People, loose records, and of whom each record is (None: of nobody in the register)."""

    people: pa.Table
    loose: pa.Table
    truth: dict[int, int | None]


def county(size: int, records: int, *, seed: int = 0, absent: float = 0.03) -> County:
    """Make people and records; the share `absent` of the records is of people who are not in the register."""
    draw = random.Random(seed)
    people = _people(size, draw)
    gone = {person["id"] for person in people if draw.random() < absent}
    truth: dict[int, int | None] = {}
    loose = []
    for k in range(records):
        person = people[draw.randrange(len(people))]
        rec = 10_000_000 + k
        loose.append(_record(rec, person, draw))
        truth[rec] = None if person["id"] in gone else person["id"]
    kept = [person for person in people if person["id"] not in gone]
    return County(pa.Table.from_pylist(kept, PEOPLE), pa.Table.from_pylist(loose, LOOSE), truth)


def _people(size: int, draw: random.Random) -> list[dict]:
    surnames = [name for k, name in enumerate(SURNAMES) for _ in range(max(1, 60 // (k + 1)))]
    given = [name for k, name in enumerate(GIVEN) for _ in range(max(1, 40 // (k + 1)))]
    villages = [
        f"990101{town:03d}{village:03d}"
        for town in range(100, 100 + max(2, size // 40_000))
        for village in range(200, 220)
    ]
    used: dict[date, int] = {}
    out: list[dict] = []
    household = 0
    while len(out) < size:
        household += 1
        village = draw.choice(villages)
        phone = f"139{draw.randrange(10**8):08d}"
        surname = draw.choice(surnames)
        born = AS_OF - timedelta(days=draw.randrange(25 * 365, 75 * 365))
        members = [
            (surname, born),
            (draw.choice(surnames), born + timedelta(days=draw.randrange(-1500, 1500))),
        ]
        child = born + timedelta(days=draw.randrange(20 * 365, 24 * 365))
        members += [(surname, min(child + timedelta(days=900 * k), AS_OF)) for k in range(draw.randrange(3))]
        twins = draw.random() < 0.02
        if twins:
            members += [(surname, min(child, AS_OF))]
        shared = draw.choice(given)
        for k, (family, day) in enumerate(members):
            name = family + (draw.choice(given) if draw.random() < 0.8 else "") + draw.choice(given)
            if (twins and k >= 2) or (k >= 2 and draw.random() < 0.3):
                name = family + shared + draw.choice(given)
            serial = used[day] = used.get(day, -1) + 1
            number = sample_id_number(day, (serial * 7 + day.toordinal() * 13) % 1000)
            out.append(
                {
                    "id": len(out) + 1,
                    "psn_name": name,
                    "gend": "1" if int(number[16]) % 2 else "2",
                    "brdy": day,
                    "certno": number,
                    "tel": phone if k == 0 or draw.random() < 0.5 else f"138{draw.randrange(10**8):08d}",
                    "division": village,
                    "household": household,
                }
            )
    return out[:size]


def _record(rec: int, person: dict, draw: random.Random) -> dict:
    name, number = person["psn_name"], person["certno"]
    kind = draw.random()
    if kind < 0.35:
        number = number[:15] + "000"
    elif kind < 0.5:
        number = f"{float(number[:17]) * 10:.5E}"
    elif kind < 0.7:
        at = draw.randrange(6, 17)
        number = number[:at] + str((int(number[at]) + draw.randrange(1, 10)) % 10) + number[at + 1 :]
    else:
        number = draw.choice([None, "", "无", "999999", number[:17]])
    mistake = draw.random()
    at = draw.randrange(len(name))
    if mistake < 0.06 and name[at] in HOMOPHONES:
        name = name[:at] + HOMOPHONES[name[at]] + name[at + 1 :]
    elif mistake < 0.09 and name[at] in SHAPES:
        name = name[:at] + SHAPES[name[at]] + name[at + 1 :]
    elif mistake < 0.1 and len(name) > 2:
        name = name[:1] + name[2:]
    born = person["brdy"] if draw.random() < 0.75 else None
    if born and draw.random() < 0.03:
        born = born.replace(year=born.year - draw.choice([1, 10])) if born.day < 29 else born
    return {
        "id": rec,
        "psn_name": name,
        "gend": person["gend"] if draw.random() < 0.9 else None,
        "brdy": born,
        "certno": number,
        "tel": person["tel"] if draw.random() < 0.4 else None,
        "division": person["division"] if born is None or draw.random() < 0.8 else None,
        "household": person["household"] if draw.random() < 0.5 else None,
    }
