"""Whoever is absent more than the rule allows awaits the office that gives the course, until the course is over."""

from importlib import import_module

from django.db import migrations

definition = import_module("coordination.queue.migrations.0002_awaiting")
before = import_module("coordination.trainees.migrations.0003_checks_in_the_queue")
WORK = f"""
 UNION ALL
 SELECT t.provider_id, 'absence_to_follow_up', t.id, t.person_id, NULL, NULL, NULL, 'absent_too_often', NULL,
  t.warned_on, NULL, false, {definition.ALWAYS}, {definition.FOREVER}
 FROM asked p CROSS JOIN LATERAL (SELECT t.* FROM trainees_trainee t
  WHERE t.person_id = p.id AND t.is_warned AND t.result = 'taking_part' OFFSET 0) t"""
AWAITING = before.AWAITING.replace(before.PLACE, WORK + before.PLACE, 1)
PEOPLE = {
    "INSERT": "SELECT n.person_id FROM new_rows n WHERE n.is_warned",
    "UPDATE": definition.either("{}.person_id", "person_id", "provider_id", "is_warned", "warned_on", "result"),
    "DELETE": "SELECT o.person_id FROM old_rows o",
}
TRIGGERS = [
    definition.trigger("trainees_trainee", operation, "queue", f"PERFORM refresh_queue(ARRAY({people}))")
    for operation, people in PEOPLE.items()
]
FILL = "SELECT refresh_queue(ARRAY(SELECT person_id FROM trainees_trainee WHERE is_warned))"


class Migration(migrations.Migration):
    dependencies = [("trainees", "0003_checks_in_the_queue"), ("queue", "0007_absences")]

    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (AWAITING, *TRIGGERS, FILL)]
