"""No index repeats the beginning of another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_depth"),
    ]

    operations = [
        migrations.AlterField(
            model_name="agency",
            name="region",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="agencies.region"),
        ),
        migrations.AlterField(
            model_name="regionalias",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="agencies.region",
            ),
        ),
        migrations.AlterField(
            model_name="usedassertion",
            name="client",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="agencies.client"),
        ),
    ]
