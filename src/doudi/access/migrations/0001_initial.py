"""The first tables of access."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RingMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("keep_until", models.DateField(verbose_name="保存至")),
                ("mark", models.BinaryField(max_length=16)),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
