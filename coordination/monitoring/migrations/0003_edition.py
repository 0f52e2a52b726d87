"""A corrected figure is a new edition beside the old one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_hidden")]

    operations = [
        migrations.AddField(
            model_name="headcount",
            name="edition",
            field=models.SmallIntegerField(default=1),
        ),
        migrations.RemoveConstraint(model_name="headcount", name="headcount_once"),
        migrations.AddConstraint(
            model_name="headcount",
            constraint=models.UniqueConstraint(
                fields=("year", "region", "measure", "source", "edition"), name="headcount_once"
            ),
        ),
    ]
