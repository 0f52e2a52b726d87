"""No index repeats the beginning of another."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_unrepeated_indexes"),
        ("matching", "0003_set_wise"),
    ]

    operations = [
        migrations.AlterField(
            model_name="livelihood",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                help_text="A village, or a district where no village is named.",
                on_delete=django.db.models.deletion.PROTECT,
                to="agencies.region",
            ),
        ),
    ]
