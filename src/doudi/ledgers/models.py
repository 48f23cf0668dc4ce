"""The register's tables. Private to this package: others come in through `doudi.ledgers.api`.

Rows are added, never edited; the one thing that may be filled in later is `undone_at`. What holds on a day, as it
was known at a moment, is computed (`chains`, `views`). Keys are given out by us, so that a million rows need no
answer from the database. A new kind of ledger needs no table here.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from doudi.access.fields import SealedField
from doudi.access.retained import Retained
from doudi.ledgers.fields import RowNumber

DIGEST = 16
"""Bytes of a keyed digest."""


def _to(model: str, **more: Any) -> Any:
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name="+", **more)


class Numbered(Retained):
    """A row whose key we give out (`bulk.next_id`)."""

    id = RowNumber(primary_key=True)

    class Meta(Retained.Meta):
        abstract = True


class Import(Numbered):
    """One kind out of one file, or (`file_name` empty) one entry made by hand. Everything written names its import.

    An undone import stays, with all it brought; views leave it out from `undone_at` on. `confirmed`: the rows that
    said what was known already, as (entry, sheet, row). `divisions`: those its rows speak of.
    个人信息: `report` (sealed): cells that were wrong, as the sender wrote them. 保存: as its kind's entries.
    """

    kind = models.CharField(max_length=64)
    nature = models.CharField(max_length=10, blank=True)
    sender = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    complete = models.BooleanField(default=False)
    by = models.CharField(max_length=100)
    why = models.CharField(max_length=500, blank=True)
    rows_in = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    left_out = models.JSONField(default=dict)
    new = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)
    second_household = models.IntegerField(default=0)
    missing_from_list = models.IntegerField(default=0)
    sheets = models.JSONField(default=list)
    divisions = models.JSONField(default=list)
    report = SealedField(null=True)
    confirmed = models.BinaryField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, blank=True)

    class Meta(Numbered.Meta):
        indexes = (models.Index(fields=["kind"], name="import_kind"),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "sender", "sha256", "as_of"],
                condition=Q(undone_at__isnull=True) & ~Q(sha256=""),
                name="import_once",
                violation_error_message="这个文件已经导入",
            ),
        )


class Person(Numbered):
    """Somebody, found by the keyed digest of the citizen's number. Everything else is said by entries.

    个人信息: birth date, sex (both as the number carries them). 保存: as the kind that brought the person.
    """

    digest = models.BinaryField(max_length=DIGEST, null=True, unique=True)
    born = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    source = _to("ledgers.Import", db_index=False)


class Household(Numbered):
    """A household, by the number its register gives it.

    个人信息: the number leads to a family. 保存: as the kind that brought it.
    """

    number = models.CharField(max_length=100, unique=True)
    source = _to("ledgers.Import", db_index=False)


class Entry(Numbered):
    """What one row of one ledger says of its subject.

    Entries with one `key` are a chain: on a day the one with the latest `valid_from` (of those the one written last)
    holds; an `end` says there is nothing any more; a `correction` puts the entry it `corrects` out of force.
    `facts`: open and personal columns as JSON in the inside form. `sealed`: the identifying ones. `content`: keyed
    digest of both. `subject`: digest of the number, kept while the person is not known yet.
    个人信息: whatever the ledger holds; what identifies is sealed. 保存: `retention_years` of the kind.
    """

    STATE, END, CORRECTION = "state", "end", "correction"

    kind = models.CharField(max_length=64)
    person = _to("ledgers.Person", null=True)
    household = _to("ledgers.Household", null=True, db_index=False)
    division = models.CharField(max_length=32, blank=True)
    event = models.CharField(max_length=10)
    corrects = _to("ledgers.Entry", null=True, db_index=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    known_at = models.DateTimeField()
    source = _to("ledgers.Import")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.IntegerField(default=0)
    key = models.BinaryField(max_length=DIGEST, db_index=True)
    content = models.BinaryField(max_length=DIGEST)
    subject = models.BinaryField(max_length=DIGEST, null=True)
    facts = models.TextField()
    sealed = SealedField(null=True)

    class Meta(Numbered.Meta):
        indexes = (
            models.Index(fields=["subject"], name="entry_waiting", condition=Q(subject__isnull=False)),
            models.Index(fields=["household"], name="entry_household", condition=Q(household__isnull=False)),
            models.Index(fields=["corrects"], name="entry_corrects", condition=Q(corrects__isnull=False)),
        )


class Membership(Numbered):
    """From a day on a person belongs to a household, or to none (`household` empty): moved away, dead.

    One chain a person: the next one ends this one, so nobody is in two households at once.
    个人信息: who lives with whom. 保存: as its entry.
    """

    BIRTH, MARRIAGE, SPLIT, MOVE, DEATH, LISTED = "birth", "marriage", "split", "move", "death", "listed"
    REASONS = (BIRTH, MARRIAGE, SPLIT, MOVE, DEATH, LISTED)

    person = _to("ledgers.Person")
    household = _to("ledgers.Household", null=True)
    relation = models.CharField(max_length=64, blank=True)
    valid_from = models.DateField()
    why = models.CharField(max_length=10)
    known_at = models.DateTimeField()
    source = _to("ledgers.Import", db_index=False)
    entry = _to("ledgers.Entry", null=True, db_index=False)


class Tag(Numbered):
    """A tag given (or, `ended`, taken away) by hand, with its document; what ledgers say is read from their entries.

    个人信息: which kind of help or need a person or household is known for. 保存: ten years.
    """

    person = _to("ledgers.Person", null=True)
    household = _to("ledgers.Household", null=True)
    tag = models.CharField(max_length=64)
    level = models.CharField(max_length=64, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    ended = models.BooleanField(default=False)
    document = models.CharField(max_length=200, blank=True)
    known_at = models.DateTimeField()
    source = _to("ledgers.Import", db_index=False)

    class Meta(Numbered.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(household__isnull=True),
                name="tag_of_one",
                violation_error_message="标签属于一个人或一户",
            ),
        )


class Link(Numbered):
    """Somebody's, or the linkage's, verdict that an entry is about a person, is not, or waits for a decision.

    个人信息: none beyond whom it names. 保存: ten years.
    """

    SAME, DIFFERENT, QUEUED = "same", "different", "queued"
    VERDICTS = (SAME, DIFFERENT, QUEUED)

    entry = _to("ledgers.Entry")
    person = _to("ledgers.Person")
    verdict = models.CharField(max_length=10)
    weight = models.IntegerField(null=True)
    how = models.CharField(max_length=64)
    by = models.CharField(max_length=100)
    why = models.CharField(max_length=500, blank=True)
    known_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, blank=True)


class PersonMerge(Numbered):
    """`gone` is the same human being as `kept`. Both stay; views speak of `kept` until it is undone.

    个人信息: none beyond whom it names. 保存: ten years.
    """

    kept = _to("ledgers.Person")
    gone = _to("ledgers.Person")
    why = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=100)
    known_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=100, blank=True)


class Mapping(Numbered):
    """How a sender's header was read the last time.

    个人信息: none. 保存: ten years.
    """

    sender = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
    header = models.CharField(max_length=200)
    column = models.CharField(max_length=64)
    known_at = models.DateTimeField()
    source = _to("ledgers.Import", db_index=False)

    class Meta(Numbered.Meta):
        indexes = (models.Index(fields=["sender", "kind"], name="mapping_sender"),)
