"""No index repeats the beginning of another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trainees", "0004_absences_in_the_queue"),
        ("training", "0005_cost"),
    ]

    operations = [
        migrations.AlterField(
            model_name="trainee",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trainees",
                to="training.batch",
            ),
        ),
    ]
