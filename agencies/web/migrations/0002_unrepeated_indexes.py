"""No index repeats the beginning of another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_unrepeated_indexes"),
        ("web", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="storedanswer",
            name="client",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="agencies.client"),
        ),
    ]
