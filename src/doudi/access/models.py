"""The tables of access. Private to this package: others come in through `doudi.access.api`.

Every model says which personal data it holds and how long.
"""

from __future__ import annotations

from django.db import models

from doudi.access.retained import Retained


class RingMark(Retained):
    """Which key ring this register is sealed with, so that another one is refused before it spoils anything.

    个人信息: none. 保存: as long as the register.
    """

    mark = models.BinaryField(max_length=16)
