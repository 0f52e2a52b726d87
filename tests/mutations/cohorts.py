"""Ways to break the figures of outcomes."""

from tests.mutations import Mutation

MUTATIONS = (
    Mutation(
        "few people told among outcomes",
        "coordination/cohorts/tables.py",
        "if 0 < number < limit or cell in kept]",
        "if cell in kept]",
        "coordination/test_cohorts_hidden.py -k few_in_all",
    ),
    Mutation(
        "a small figure found by subtraction",
        "coordination/monitoring/linked.py",
        "    if any(span.is_secret(rest) for span, rest in zip(spans, rests, strict=True)):\n        return False\n",
        "    if figure in spans[0].secrets:\n        return False\n",
        "coordination/test_cohorts_hidden.py -k span",
    ),
    Mutation(
        "a small figure found in another table",
        "coordination/monitoring/linked.py",
        "    for zero in known:\n        _taken(zero, spans)\n",
        "",
        "coordination/test_cohorts_hidden.py -k span",
    ),
    Mutation(
        "two steps that differ by few",
        "coordination/cohorts/tables.py",
        "                if 0 < held < limit:\n",
        "                if False:\n",
        "coordination/test_cohorts_hidden.py -k between_two_steps",
    ),
    Mutation(
        "percentiles of few people",
        "coordination/cohorts/tables.py",
        "if not is_told or len(days) < 2 * limit:",
        "if not days:",
        "coordination/test_cohorts.py -k how_long",
    ),
    Mutation(
        "an office reads the figures of the others",
        "agencies/access/duties.py",
        '"cohort": Grant("list read", "own", "cohort figures")',
        '"cohort": Grant("list read", "counted", "cohort figures")',
        "coordination/test_cohorts.py -k its_own",
    ),
    Mutation(
        "the second city reads the figures",
        "agencies/access/rows.py",
        '("counted", "cohort"): _city,',
        '("counted", "cohort"): _every,',
        "coordination/test_cohorts.py -k second_city",
    ),
    Mutation(
        "frozen figures follow the records",
        "coordination/cohorts/migrations/0002_frozen.py",
        "WHEN (OLD.edition > 0) EXECUTE",
        "WHEN (false) EXECUTE",
        "coordination/test_cohort_editions.py -k refuses",
    ),
    Mutation(
        "a correction tells what the edition before hid",
        "coordination/cohorts/services.py",
        "                if number is None:\n",
        "                if False:\n",
        "coordination/test_cohort_editions.py -k later_one",
    ),
    Mutation(
        "every officer of Dinsos freezes figures",
        "agencies/access/duties.py",
        '"cohort_edition": Grant("list read", "counted", "edition"),',
        '"cohort_edition": Grant("list read create", "counted", "edition"),',
        "coordination/test_cohort_editions.py -k nobody_else",
    ),
)
