"""The tables of access. Private to this package: others come in through `doudi.access.api`.

Rows are added and not changed; only `withdrawn_at` is filled in later. Every model says which personal data it
holds and how long.
"""

from __future__ import annotations

from datetime import date

from django.db import models

from doudi.access.places import How
from doudi.access.retained import Retained

FOREVER = date(9999, 12, 31)
"""Kept as long as the register itself: what it holds would be unreadable without it."""


class RingMark(Retained):
    """Which key ring this register is sealed with, so that another one is refused before it spoils anything.

    个人信息: none. 保存: as long as the register.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    mark = models.BinaryField(max_length=16)


class Stated(Retained):
    """Something said of divisions: by whom, when it was known, on which document, out of which import.

    A withdrawn row (its import was undone) is not seen from `withdrawn_at` on.
    """

    known_at = models.DateTimeField("知悉时间")
    by = models.CharField("经办", max_length=100)
    document = models.CharField("依据", max_length=200, blank=True)
    source = models.BigIntegerField("来源导入", null=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        abstract = True


class Division(Retained):
    """A code that some division has or had; everything else about it is dated.

    个人信息: none. 保存: as long as the register.
    """

    code = models.CharField("代码", max_length=32, primary_key=True)


class DivisionName(Stated):
    """From a day on a division has this name and level and lies in this parent. Of two rows for one day the one
    that was known later holds.

    个人信息: none. 保存: as long as the register.
    """

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=100)
    level = models.CharField("级别", max_length=16)
    parent = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", null=True)
    since = models.DateField("启用日期")


class DivisionSuccession(Stated):
    """On a day a division went over into another one. A merge has a row for each that ended; a split one for each
    part, and `ends` says whether the divided one is gone; into nothing: it was abolished.

    个人信息: none. 保存: as long as the register.
    """

    HOW: tuple[How, ...] = ("merge", "split", "abolish")

    gone = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", null=True)
    on = models.DateField("生效日期")
    how = models.CharField("方式", max_length=16, choices=[(how, how) for how in HOW])
    ends = models.BooleanField("原区划不再存在", default=True)


class Opening(Retained):
    """Somebody had identifying values shown, or was refused. The database itself lets nobody change a row, nor
    remove it before its day.

    个人信息: none; the subject is a surrogate key, the reason is refused where a number of a citizen stands in it.
    保存: `RECORD_YEARS` from the day on.
    """

    at = models.DateTimeField("时间")
    viewer = models.CharField("查看人", max_length=100)
    role = models.CharField("角色", max_length=16)
    subject = models.CharField("对象", max_length=16)
    subject_id = models.BigIntegerField("对象编号", null=True)
    division = models.CharField("所在区划", max_length=32, blank=True)
    reason = models.CharField("事由", max_length=200)
    revealed = models.JSONField("查看内容", default=list)
    allowed = models.BooleanField("准许")

    class Meta:
        indexes = (models.Index(fields=["subject", "subject_id"], name="opening_subject"),)
