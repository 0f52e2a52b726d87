"""A child that Education reports as moved, not found or deceased awaits Dinsos, which keeps the register; no one else."""

from importlib import import_module

from django.db import migrations, models

before = import_module("coordination.queue.migrations.0004_each_once")
REPORTED = "('moved', 'not_found', 'deceased')"
CHANGES = {
    # The last word of the work on the child, when it was that the child is not there.
    "WHERE p.status = 'alive' AND p.school_participation": "LEFT JOIN LATERAL (SELECT c.status FROM"
    " schooling_schoolingcase c WHERE c.person_id = p.id AND c.ended_at IS NOT NULL"
    " ORDER BY c.ended_at DESC, c.id DESC LIMIT 1) e ON true\n"
    " WHERE p.status = 'alive' AND p.school_participation",
    "  CASE p.school_participation WHEN 'never'": f"  coalesce(e.status IN {REPORTED}, false) AS is_reported,\n"
    f"  CASE WHEN e.status IN {REPORTED} THEN 'reported_' || e.status\n"
    "   WHEN p.school_participation = 'never'",
    "'child_out_of_school' AS kind": "CASE WHEN c.is_reported THEN 'report_to_check'"
    " ELSE 'child_out_of_school' END AS kind",
    "a.kind IN ('social', 'education')": "(a.kind = 'social' OR a.kind = 'education' AND NOT c.is_reported)",
}
DEFINITION = before.DEFINITION
for old, new in CHANGES.items():
    DEFINITION = DEFINITION.replace(old, new)
AWAITING = before.AWAITING.replace(before.DEFINITION, DEFINITION)
FILL = f"SELECT refresh_queue(ARRAY(SELECT person_id FROM schooling_schoolingcase WHERE status IN {REPORTED}))"


class Migration(migrations.Migration):
    dependencies = [("queue", "0004_each_once"), ("schooling", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="queueitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("child_out_of_school", "Child Out Of School"),
                    ("report_to_check", "Report To Check"),
                    ("referral_to_send", "Referral To Send"),
                    ("referral_to_answer", "Referral To Answer"),
                    ("referral_to_work", "Referral To Work"),
                    ("referral_on_hold", "Referral On Hold"),
                    ("case_to_open", "Case To Open"),
                    ("case_to_assign", "Case To Assign"),
                    ("visit_due", "Visit Due"),
                    ("verification_due", "Verification Due"),
                    ("plan_to_make", "Plan To Make"),
                    ("place_to_find", "Place To Find"),
                    ("enrolment_to_confirm", "Enrolment To Confirm"),
                    ("follow_up_due", "Follow Up Due"),
                    ("pull_request_to_answer", "Pull Request To Answer"),
                    ("application_to_decide", "Application To Decide"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="queueitem",
            name="reason",
            field=models.CharField(
                choices=[
                    ("never_enrolled", "never_enrolled"),
                    ("no_longer_in_school", "no_longer_in_school"),
                    ("reported_moved", "reported_moved"),
                    ("reported_not_found", "reported_not_found"),
                    ("reported_deceased", "reported_deceased"),
                    ("not_sent", "not_sent"),
                    ("returned", "returned"),
                    ("not_answered", "not_answered"),
                    ("not_started", "not_started"),
                    ("in_progress", "in_progress"),
                    ("on_hold", "on_hold"),
                    ("case_to_open", "case_to_open"),
                    ("case_to_assign", "case_to_assign"),
                    ("visit_due", "visit_due"),
                    ("verification_due", "verification_due"),
                    ("plan_to_make", "plan_to_make"),
                    ("place_to_find", "place_to_find"),
                    ("enrolment_to_confirm", "enrolment_to_confirm"),
                    ("follow_up_due", "follow_up_due"),
                    ("asked", "asked"),
                    ("not_decided", "not_decided"),
                ],
                max_length=24,
            ),
        ),
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (AWAITING, FILL)),
    ]
