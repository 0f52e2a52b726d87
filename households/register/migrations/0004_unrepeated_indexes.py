"""No index repeats the beginning of another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0003_closed_is_closed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assessments",
                to="register.person",
            ),
        ),
    ]
