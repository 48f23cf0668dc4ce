"""The first tables of ledgers."""

import django.db.models.deletion
from django.db import migrations, models

import doudi.access.fields
import doudi.ledgers.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=64)),
                ("nature", models.CharField(blank=True, max_length=10)),
                ("sender", models.CharField(max_length=200)),
                ("file_name", models.CharField(blank=True, max_length=255)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("as_of", models.DateField()),
                ("known_at", models.DateTimeField()),
                ("complete", models.BooleanField(default=False)),
                ("by", models.CharField(max_length=100)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("rows_in", models.IntegerField(default=0)),
                ("accepted", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("left_out", models.JSONField(default=dict)),
                ("new", models.IntegerField(default=0)),
                ("unchanged", models.IntegerField(default=0)),
                ("changed", models.IntegerField(default=0)),
                ("ended", models.IntegerField(default=0)),
                ("second_household", models.IntegerField(default=0)),
                ("missing_from_list", models.IntegerField(default=0)),
                ("sheets", models.JSONField(default=list)),
                ("divisions", models.JSONField(default=list)),
                ("report", doudi.access.fields.SealedField(null=True)),
                ("confirmed", models.BinaryField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, max_length=100)),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["kind"], name="import_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), models.Q(("sha256", ""), _negated=True)
                        ),
                        fields=("kind", "sender", "sha256", "as_of"),
                        name="import_once",
                        violation_error_message="这个文件已经导入",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=100, unique=True)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.import",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=64)),
                ("division", models.CharField(blank=True, max_length=32)),
                ("event", models.CharField(max_length=10)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("known_at", models.DateTimeField()),
                ("sheet", models.CharField(blank=True, max_length=100)),
                ("row", models.IntegerField(default=0)),
                ("key", models.BinaryField(db_index=True, max_length=16)),
                ("content", models.BinaryField(max_length=16)),
                ("subject", models.BinaryField(max_length=16, null=True)),
                ("facts", models.TextField()),
                ("sealed", doudi.access.fields.SealedField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.entry",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.household",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledgers.import"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(max_length=16, null=True, unique=True)),
                ("born", models.DateField(null=True)),
                ("sex", models.CharField(blank=True, max_length=1)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.import",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("relation", models.CharField(blank=True, max_length=64)),
                ("valid_from", models.DateField()),
                ("why", models.CharField(max_length=10)),
                ("known_at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.entry",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.household",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.import",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledgers.person"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("verdict", models.CharField(max_length=10)),
                ("weight", models.IntegerField(null=True)),
                ("how", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=100)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("known_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, max_length=100)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledgers.entry"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledgers.person"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="entry",
            name="person",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledgers.person"
            ),
        ),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("by", models.CharField(max_length=100)),
                ("known_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, max_length=100)),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledgers.person"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledgers.person"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("tag", models.CharField(max_length=64)),
                ("level", models.CharField(blank=True, max_length=64)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("ended", models.BooleanField(default=False)),
                ("document", models.CharField(blank=True, max_length=200)),
                ("known_at", models.DateTimeField()),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.person",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.import",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", doudi.ledgers.fields.RowNumber(primary_key=True, serialize=False)),
                ("sender", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=64)),
                ("header", models.CharField(max_length=200)),
                ("column", models.CharField(max_length=64)),
                ("known_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledgers.import",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["sender", "kind"], name="mapping_sender")],
            },
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("subject__isnull", False)), fields=["subject"], name="entry_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("household__isnull", False)), fields=["household"], name="entry_household"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("corrects__isnull", False)), fields=["corrects"], name="entry_corrects"
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(("person__isnull", True), ("household__isnull", True), _connector="XOR"),
                name="tag_of_one",
                violation_error_message="标签属于一个人或一户",
            ),
        ),
    ]
