"""The kinds of claim that are made, and the national codes they carry.

Codes and names only; how often each kind happens is `mix`, what it costs is `bills`.
"""

from __future__ import annotations

from enum import IntEnum

AREA = "990101"
NEIGHBOUR = "990201"
"""A made-up division next to the sample county: no division of GB/T 2260 begins with 99."""


class Kind(IntEnum):
    """What a person went for. Numbers are part of a claim's key: never give an old one a new meaning."""

    PHARMACY = 0
    OUTPATIENT = 1
    DRUGS = 2
    EMERGENCY = 3
    CHRONIC = 4
    CHRONIC_PHARMACY = 5
    STAY = 6
    BIRTH = 7
    TRANSFER = 8


class Level(IntEnum):
    """Where, as far as prices go."""

    TOWNSHIP = 0
    FIRST = 1
    SECOND = 2
    THIRD = 3
    OUTSIDE = 4


MED_TYPES = (
    *("41", "11", "13", "14", "9929"),
    *("21", "22", "24", "25", "23", "27", "52", "9925"),
)
"""Kinds of treatment; a claim holds a place in this list."""

MED = {code: place for place, code in enumerate(MED_TYPES)}

DISEASES = (
    ("", ""),
    ("M03900", "高血压"),
    ("M01600", "糖尿病"),
    ("M04600", "冠心病"),
    ("M00500", "恶性肿瘤门诊治疗"),
    ("M07803", "慢性肾功能衰竭（血液透析）"),
    ("M07804", "慢性肾功能衰竭（腹膜透析）"),
    ("M01200", "血友病"),
)
"""Outpatient diseases (code, name); a claim holds a place in this list, 0 for none."""

CHRONIC_DISEASES = (1, 2, 3)
SEVERE_DISEASES = (4, 5, 6, 7)
SEVERE_WEIGHTS = (50, 40, 8, 2)

DIAGNOSES = (
    ("I10.x00", "特发性（原发性）高血压"),
    ("E11.900", "2型糖尿病"),
    ("I63.900", "脑梗死"),
    ("J18.900", "肺炎"),
    ("J44.100", "慢性阻塞性肺疾病"),
    ("J40.x00", "支气管炎"),
    ("N18.900", "慢性肾脏病"),
    ("K29.500", "慢性胃炎"),
    ("M51.200", "腰椎间盘突出"),
    ("C34.900", "支气管和肺恶性肿瘤"),
    ("S82.100", "胫骨骨折"),
    ("O80.900", "单胎顺产"),
)
"""Diagnoses (ICD-10, insurance edition) that the sample uses."""
