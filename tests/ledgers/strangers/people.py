"""People for strangers' workbooks: area 990101, numbers whose check digit is worked out here and not by the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = ("建国", "秀兰", "志强", "桂英", "海燕", "明", "丽华", "永刚", "春梅", "小军")
VILLAGES = ("上河村", "下河村", "柳树村", "石桥村")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check(first: str) -> str:
    """Seventeen digits and the eighteenth character of GB 11643."""
    return (
        first
        + "10X98765432"[sum(int(one) * weight for one, weight in zip(first, _WEIGHTS, strict=True)) % 11]
    )


@dataclass(frozen=True)
class Person:
    """Somebody made up."""

    name: str
    certno: str
    born: date
    male: bool
    tel: str
    village: str

    @property
    def sex(self) -> str:
        """As a list writes it."""
        return "男" if self.male else "女"

    @property
    def code(self) -> str:
        """As the national code has it."""
        return "1" if self.male else "2"

    @property
    def old(self) -> str:
        """The number of fifteen digits that the same person had before 1999."""
        return self.certno[:6] + self.certno[8:17]


def person(place: int) -> Person:
    """The same person for the same place, always."""
    born = date(1943 + place * 7 % 62, 1 + place * 5 % 12, 1 + place * 11 % 28)
    male = place % 2 == 0
    order = 100 + 2 * place % 800 + (1 if male else 0)
    name = _SURNAMES[place % len(_SURNAMES)] + _GIVEN[(place // 3) % len(_GIVEN)]
    number = with_check(f"990101{born:%Y%m%d}{order:03d}")
    return Person(name, number, born, male, f"1380000{place:04d}", VILLAGES[place // 6 % len(VILLAGES)])


def people(many: int, first: int = 0) -> list[Person]:
    """So many of them."""
    return [person(first + place) for place in range(many)]


def with_x(first: int = 0) -> Person:
    """Somebody whose number ends in X."""
    return next(one for one in map(person, range(first, first + 500)) if one.certno.endswith("X"))
