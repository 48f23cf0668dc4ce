"""The tables of access."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Division",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                (
                    "code",
                    models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="代码"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RingMark",
            fields=[
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("mark", models.BinaryField(max_length=16)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DivisionName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("known_at", models.DateTimeField(verbose_name="知悉时间")),
                ("by", models.CharField(max_length=100, verbose_name="经办")),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("source", models.BigIntegerField(null=True, verbose_name="来源导入")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("level", models.CharField(max_length=16, verbose_name="级别")),
                ("since", models.DateField(verbose_name="启用日期")),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.division"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.division",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DivisionSuccession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("known_at", models.DateTimeField(verbose_name="知悉时间")),
                ("by", models.CharField(max_length=100, verbose_name="经办")),
                ("document", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("source", models.BigIntegerField(null=True, verbose_name="来源导入")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                ("on", models.DateField(verbose_name="生效日期")),
                (
                    "how",
                    models.CharField(
                        choices=[("merge", "merge"), ("split", "split"), ("abolish", "abolish")],
                        max_length=16,
                        verbose_name="方式",
                    ),
                ),
                ("ends", models.BooleanField(default=True, verbose_name="原区划不再存在")),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.division"
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.division",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("viewer", models.CharField(max_length=100, verbose_name="查看人")),
                ("role", models.CharField(max_length=16, verbose_name="角色")),
                ("subject", models.CharField(max_length=16, verbose_name="对象")),
                ("subject_id", models.BigIntegerField(null=True, verbose_name="对象编号")),
                ("division", models.CharField(blank=True, max_length=32, verbose_name="所在区划")),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                ("revealed", models.JSONField(default=list, verbose_name="查看内容")),
                ("allowed", models.BooleanField(verbose_name="准许")),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "subject_id"], name="opening_subject")],
            },
        ),
    ]
