"""The next check on a graduate awaits the office that gave the course, from two weeks before it is due."""

from importlib import import_module

from django.db import migrations

definition = import_module("coordination.queue.migrations.0002_awaiting")
before = import_module("coordination.queue.migrations.0005_reports")
WORK = f"""
 UNION ALL
 SELECT o.provider_id, 'follow_up_due', o.id, o.person_id, NULL, NULL, NULL, 'follow_up_due', NULL,
  o.due_on - {definition.NOTICE}, o.due_on, false, o.due_on - {definition.NOTICE}, {definition.FOREVER}
 FROM asked p CROSS JOIN LATERAL (
  SELECT DISTINCT ON (t.id) f.id, f.due_on, t.provider_id, t.person_id
  FROM trainees_trainee t JOIN trainees_outcome f ON f.trainee_id = t.id AND f.answer = 'pending'
  WHERE t.person_id = p.id ORDER BY t.id, f.months OFFSET 0) o"""
PLACE = "\n), sight AS ("
AWAITING = before.AWAITING.replace(PLACE, WORK + PLACE, 1)
PEOPLE = {
    "INSERT": "SELECT t.person_id FROM new_rows n JOIN trainees_trainee t ON t.id = n.trainee_id",
    "UPDATE": "SELECT t.person_id FROM trainees_trainee t WHERE t.id IN"
    f" (SELECT n.trainee_id FROM {definition.changed('answer', 'due_on')})",
    "DELETE": "SELECT t.person_id FROM old_rows o JOIN trainees_trainee t ON t.id = o.trainee_id",
}
TRIGGERS = [
    definition.trigger("trainees_outcome", operation, "queue", f"PERFORM refresh_queue(ARRAY({people}))")
    for operation, people in PEOPLE.items()
]


class Migration(migrations.Migration):
    dependencies = [("trainees", "0002_counting"), ("queue", "0006_probed")]

    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (AWAITING, *TRIGGERS)]
