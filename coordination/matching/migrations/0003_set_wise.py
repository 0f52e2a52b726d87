"""Right after an import nothing is known of the new rows, and candidates were compared with people row by row: of
65,000 people 160 s on PostgreSQL 15, against 0.4 s by hashing. The function is always about everybody.
"""

from django.db import migrations

FUNCTION = "ALTER FUNCTION tend_candidates(date)"


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_candidates")]

    operations = [
        migrations.RunSQL(f"{FUNCTION} SET enable_nestloop = off", f"{FUNCTION} RESET enable_nestloop"),
    ]
