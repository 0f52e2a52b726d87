"""Figures of few people are stored without their value."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="headcount",
            name="value",
            field=models.DecimalField(decimal_places=2, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="headcount",
            name="hidden",
            field=models.BooleanField(
                default=False, help_text="So few people that the figure would tell who they are."
            ),
        ),
        migrations.AddConstraint(
            model_name="headcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("hidden", True), ("value", None))
                | models.Q(("hidden", False), ("value__isnull", False)),
                name="headcount_hidden_has_no_value",
            ),
        ),
    ]
