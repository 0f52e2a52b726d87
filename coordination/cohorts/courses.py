"""From the city's courses to the records that figures are made of, and what their seats and money came to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from agencies.access.caller import Caller
from agencies.access.scopes import visible
from coordination.cohorts.funnels import COURSES
from coordination.cohorts.reading import Records, places_around
from coordination.cohorts.tables import WHOLE, Party, Record, Row
from coordination.monitoring.services import POOR
from coordination.trainees.models import Outcome, Trainee
from coordination.training.models import Application, Batch
from households.register.models import Assessment, Household, Listing, Person

NEVER_OFFERED = (Batch.Status.DRAFT, Batch.Status.CANCELLED)
# The share that each rate is of: of the seats, or of those who came one step less far.
RATES = {
    "show_up_rate": ("came", "seated"),
    "completion_rate": ("completed", "came"),
    "competence_rate": ("competent", "completed"),
    "placement_rate": ("placed", "completed"),
    **{f"placement_rate_{months}_months": (f"placed_{months}_months", "completed") for months in (3, 6, 12)},
}


@dataclass(slots=True)
class Offer:
    """Seats that were offered, and the rupiah of their batches: None unless all are finished and their cost known."""

    seats: int = 0
    cost: int | None = 0

    def take_in(self, batch: Batch) -> None:
        self.seats += batch.capacity
        is_known = batch.status == Batch.Status.FINISHED and batch.cost is not None and self.cost is not None
        self.cost = self.cost + batch.cost if is_known else None  # type: ignore[operator]


def read_courses(*, by: Caller) -> Records:
    """Every application to a batch of the caller's city, under the year in which the course begins.

    Its place is the village in which the family lives, its month that in which the course begins, its office the one
    that gives it. Who applied to one batch again counts by the latest application.
    """
    found: Records = defaultdict(list)
    for batch in _batches(by):
        found[batch.starts_on.year] = []
    answers, around = _answers(by), places_around(by.city)
    rows = _applications(by).only("pk", "batch", "person", "status", "starts_on", "provider").order_by("pk")
    for row in {(row.batch_id, row.person_id): row for row in rows}.values():
        found[row.starts_on.year].append(_record(row, answers.get(row.pk, {}), around))
    return found


def _batches(by: Caller) -> QuerySet[Batch]:
    """Those that were offered in the city; a provider's batches elsewhere are another city's."""
    batches: QuerySet[Batch] = visible(by, "batch").filter(city=by.city).exclude(status__in=NEVER_OFFERED)
    return batches


def _applications(by: Caller) -> QuerySet[Any]:
    """With where the family lives, who they are, and whether they were poor and registered when the course began."""
    person = Person.objects.filter(pk=OuterRef("person"))
    trainee = Trainee.objects.filter(pk=OuterRef("pk"))
    entries = Listing.objects.filter(person=OuterRef("person"), entered_on__lte=OuterRef("starts_on"))
    words = Assessment.objects.filter(person=OuterRef("person"), period__lte=OuterRef("starts_on"))
    rows = visible(by, "application").filter(batch__in=_batches(by).values("pk"))
    found: QuerySet[Any] = rows.annotate(
        village=Subquery(Household.objects.filter(pk=OuterRef("household")).values("region")),
        sex=Subquery(person.values("sex")),
        disabilities=Subquery(person.values("disabilities")),
        is_listed=Exists(entries.filter(Q(exited_on=None) | Q(exited_on__gt=OuterRef("starts_on")))),
        welfare=Subquery(words.order_by("-period", "-pk").values("status")[:1]),
        programme=F("batch__programme"),
        result=Subquery(trainee.values("result")),
        came=Subquery(trainee.values("came")),
    )
    return found


def _answers(by: Caller) -> Mapping[UUID, dict[int, str]]:
    """What graduates said after so many months, by application."""
    found: dict[UUID, dict[int, str]] = defaultdict(dict)
    rows = visible(by, "outcome").exclude(answer=Outcome.Answer.PENDING).order_by("months")
    for trainee, months, answer in rows.values_list("trainee", "months", "answer"):
        found[trainee][months] = answer
    return found


def _record(row: Any, answers: Mapping[int, str], around: Mapping[str, tuple[str, ...]]) -> Record:
    return Record(
        parties=((row.provider_id, "received"),),
        groups={
            "region": around.get(row.village or "", ()),
            "month": (str(row.starts_on.month),),
            "programme": (str(row.programme),),
            "sex": (row.sex,) if row.sex else (),
            "disability": _disability(row.disabilities),
            "registered_poor": ("yes" if row.is_listed and row.welfare in POOR else "no",) if row.sex else (),
        },
        furthest=_furthest(row),
        outcome=_outcome(row, list(answers.values())),
        marks=tuple(_marks(row, answers)),
    )


def _disability(kinds: list[str] | None) -> tuple[str, ...]:
    """The kind, as UU 8/2016 article 4 parts them (two of them or more are `multiple`), and whether there is any.

    Empty for somebody of another city, of whom nothing is known.
    """
    if kinds is None:
        return ()
    found = [kind.partition("_")[0] for kind in set(kinds)]
    return ("multiple" if len(found) > 1 else found[0], "yes") if found else ("no",)


def _furthest(row: Any) -> int:
    if row.result in Trainee.GRADUATED:
        return COURSES.steps.index("completed")
    if row.came:
        return COURSES.steps.index("came")
    is_seated = row.status in (*Application.SEATED, Application.Status.NO_SHOW)
    return COURSES.steps.index("seated" if is_seated else "applied")


def _outcome(row: Any, answers: list[str]) -> str:
    """Of graduates what they said last; of the others how it ended, or how it stands."""
    if row.result in Trainee.GRADUATED:
        return answers[-1] if answers else "not_asked"
    if row.status not in Application.SEATED:
        return str(row.status)
    if row.result == Trainee.Result.DROPPED_OUT:
        return "left_course" if row.came else "no_show"
    return "taking_part" if row.came else "seated"


def _marks(row: Any, answers: Mapping[int, str]) -> Iterator[str]:
    if row.result not in Trainee.GRADUATED:
        return
    if row.result == Trainee.Result.COMPETENT:
        yield "competent"
    if answers and answers[max(answers)] in Outcome.EARNING:
        yield "placed"
    yield from (f"placed_{months}_months" for months, answer in answers.items() if answer in Outcome.EARNING)


def read_offers(*, by: Caller) -> Mapping[int, Mapping[Row, Offer]]:
    """What was offered in the caller's city each year: in all, by programme and month, of all offices and of each."""
    found: dict[int, dict[Row, Offer]] = defaultdict(lambda: defaultdict(Offer))
    for batch in _batches(by).only("pk", "programme", "provider", "starts_on", "capacity", "cost", "status"):
        for row in _rows_of(batch):
            found[batch.starts_on.year][row].take_in(batch)
    return found


def _rows_of(batch: Batch) -> Iterable[Row]:
    parties: tuple[Party, ...] = (None, (batch.provider_id, "received"))
    groups = ((WHOLE, ""), ("month", str(batch.starts_on.month)), ("programme", str(batch.programme_id)))
    return [Row(party, *group) for party in parties for group in groups]


def rates_of(steps: Mapping[str, int | None], seats: int | None) -> dict[str, float | None]:
    """Each rate in percent; None where a figure of it is hidden, is not told apart or is nobody.

    More than all seats are filled where one was given again after its holder did not come.
    """
    shares = {"fill_rate": (steps["seated"], seats)}
    shares |= {name: (steps[part], steps[whole]) for name, (part, whole) in RATES.items()}
    return {
        name: round(100 * part / whole, 1) if part is not None and whole else None
        for name, (part, whole) in shares.items()
    }


def cost_per_placed(steps: Mapping[str, int | None], offer: Offer | None) -> int | None:
    """Rupiah; None unless some have work, their number is told, and the cost of every batch is known."""
    placed = steps["placed"]
    return round(offer.cost / placed) if offer and offer.cost is not None and placed else None
