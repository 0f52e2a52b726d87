"""Two hundred children, end to end, through a real web server: none falls between two offices."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.utils.timezone import localdate

TODAY = localdate()
VISIT = {"visited_on": "2025-12-01", "met": "guardian", "found": "Ditemui di rumah"}
VERIFIED = {"verified_on": "2025-12-05", "category": "dropped_out", "reasons": ["cost"], "wish": "school"}
YEAR = 2025
# Three months after this day all offices are closed: Friday to Tuesday of Idul Fitri 2026, most of it joint leave.
ENROLLED_ON, FIRST_CHECK = "2025-12-20", "2026-03-25"
ROOM = 2  # in each of the two schools that fill up


def each(work, things):
    """As eight officers at once would, the answers in order."""
    with ThreadPoolExecutor(8) as officers:
        return list(officers.map(work, things))


def plan_for(child):
    """School by age; from sixteen on a package at a learning centre."""
    age = YEAR - int(child["birth_date"][:4])
    if age >= 16:
        return "paket_c", 10
    return "regular", min(9, max(1, age - 6))


class Schools:
    """Places of the city: two small schools and a large one for each junior grade, one for all others."""

    def __init__(self, education):
        self.education = education
        centre = {"npsn": "69900001", "name": "PKBM Harapan", "level": "PKBM", "ownership": "private"}
        education.post("schools", {**centre, "region": "62.71.03.1001"}, expect=201)
        self.rooms = {}

    def places(self, programme, grade):
        """Where to ask for a place, in this order."""
        if (programme, grade) not in self.rooms:
            level = ("SD" if grade < 7 else "SMP") if programme == "regular" else "PKBM"
            found = [school["id"] for school in self.education.get("schools", level=level, limit=3)["data"]]
            rooms = zip(found, (ROOM, ROOM, 200), strict=True) if level == "SMP" else [(found[0], 200)]
            self.rooms[programme, grade] = [self._offer(school, room, programme, grade) for school, room in rooms]
        return self.rooms[programme, grade]

    def _offer(self, school, room, programme, grade):
        body = {"school": school, "school_year": YEAR, "grade": grade, "programme": programme, "capacity": room}
        return self.education.post("places", body, expect=201)["id"]


def find_place(education, schools, case):
    """Ask one school after the other until one has room."""
    for place in schools.places(case["programme"], case["grade"]):
        headers = {**education.headers, "Idempotency-Key": f"{case['id']}-{place}"}
        path = f"/api/v1/schooling-cases/{case['id']}/offer"
        answer = education.http.post(path, json={"place": place}, headers=headers)
        if answer.status_code == 200:
            return answer.json()
        assert answer.status_code == 409, answer.text
        assert (answer.json()["detail"], answer.json()["free"]) == ("No place is free.", 0), answer.text
    raise AssertionError("no school had a place")


def queue_of(office, kind):
    """The whole queue of a kind, page after page."""
    page = office.get("queue", kind=kind, limit=200)
    while page["has_more"]:
        yield from page["data"]
        page = office.get("queue", kind=kind, limit=200, cursor=page["next_cursor"])
    yield from page["data"]


def test_no_child_falls_between_two_offices(running):
    dinsos, education = running.office("social"), running.office("education")
    province, second = running.office("education", "62"), running.office("social", "63.71")

    referrals = two_hundred_are_referred(dinsos, education)
    cases = all_are_visited(education, referrals)
    children = {case["id"]: child for case, child in zip(cases, each(seen_by(education), cases), strict=True)}
    seventy_are_in_school(dinsos, education, cases, children)
    gone = one_is_transferred_and_one_returned(dinsos, education, province, cases[70:], children)
    rest = [case["id"] for case in cases[70:] if case["id"] not in gone]
    the_others_get_a_place(education, rest, children)
    all_are_enrolled(education, rest)
    check = the_first_check_is_due_after_the_joint_leave(education, rest)
    lost = children[rest[0]]
    one_drops_out_again(dinsos, education, check, lost)

    ends = Counter(dinsos.get(f"referrals/{key}")["status"] for key in referrals)
    assert ends == {"completed": 70, "transferred": 1, "returned": 1, "failed": 1, "in_progress": len(rest) - 1}
    the_timeline_tells_it(dinsos, lost)
    second.get(f"households/{lost['household']}/timeline", expect=404)
    assert not {item["person"] for item in queue_of(second, "child_out_of_school")} & {case["person"] for case in cases}


def two_hundred_are_referred(dinsos, education):
    """From the queue, in one call; the keys of the referrals."""

    def waiting(office, kind):
        return office.get("queue", kind=kind, limit=1)["counts"]["kind"][kind]

    before = waiting(dinsos, "child_out_of_school")
    reason = "Tidak bersekolah menurut daftar"
    sent = dinsos.post("queue:refer", {"first": 200, "to_agency": education.agency, "reason": reason})["results"]
    assert [result["status"] for result in sent] == ["done"] * 200
    assert waiting(dinsos, "child_out_of_school") == before - 200
    assert waiting(education, "referral_to_answer") == 200
    return [result["id"] for result in sent]


def all_are_visited(education, referrals):
    """Education gives them to an officer, who visits them all; the cases in the order of the referrals."""
    opened = education.post("schooling-cases:batch", {"items": [{"referral": key} for key in referrals]})["results"]
    keys = [result["id"] for result in opened]
    officer = next(o["id"] for o in education.get("officers")["data"] if o["roles"] == ["officer"])
    education.post("schooling-cases:assign", {"officer": officer, "cases": keys})
    assert len(education.get("queue", kind="visit_due", assignee=officer, limit=200)["data"]) == 200
    return each(lambda key: education.post(f"schooling-cases/{key}/record-visit", VISIT), keys)


def seen_by(office):
    return lambda case: office.get(f"persons/{case['person']}")


def seventy_are_in_school(dinsos, education, cases, children):
    """Education sees them no longer, and they await nobody."""
    closing = {"outcome": "already_in_school"}
    each(lambda case: education.post(f"schooling-cases/{case['id']}/close", closing), cases[:70])
    child = children[cases[0]["id"]]["id"]
    education.get(f"persons/{child}", expect=404)
    assert dinsos.get(f"referrals/{cases[0]['referral']}")["status"] == "completed"
    assert dinsos.get(f"persons/{child}")["school_participation"] == "in_school"


def one_is_transferred_and_one_returned(dinsos, education, province, cases, children):
    """One wants to a senior school, which the province runs; one lives elsewhere now. The keys of their cases."""
    elder = next(case for case in cases if plan_for(children[case["id"]])[0] == "paket_c")
    other = next(case for case in cases if case is not elder)
    moved, returned = elder["referral"], other["referral"]
    education.post(f"referrals/{moved}/transfer", {"to_agency": province.agency, "reason": "Ingin ke SMA"})
    education.post(f"referrals/{returned}/return", {"reason": "Alamat tidak ditemukan, mohon diperiksa"})
    for case in (elder, other):
        education.get(f"persons/{case['person']}", expect=404)
    [theirs] = province.get("queue", kind="referral_to_answer")["data"]
    assert theirs["person"] == elder["person"]
    assert province.get(f"referrals/{theirs['referral']}")["continues"] == moved
    [back] = dinsos.get("queue", kind="referral_to_send")["data"]
    assert (back["referral"], back["person"]) == (returned, other["person"])
    return elder["id"], other["id"]


def the_others_get_a_place(education, keys, children):
    """Two schools are full, and whoever comes too late is told and goes to the next."""
    schools = Schools(education)
    each(lambda key: education.post(f"schooling-cases/{key}/verify", VERIFIED), keys)

    def planned(key):
        programme, grade = plan_for(children[key])
        body = {"programme": programme, "grade": grade, "school_year": YEAR}
        return education.post(f"schooling-cases/{key}/plan", body)

    plans = each(planned, keys)
    for case in plans:
        schools.places(case["programme"], case["grade"])
    each(lambda case: find_place(education, schools, case), plans)
    for (_, grade), places in schools.rooms.items():
        for small in places[:-1]:
            assert education.get(f"places/{small}")["free"] == 0, grade
    assert sum(education.get(f"places/{p}")["taken"] for rooms in schools.rooms.values() for p in rooms) == len(keys)


def all_are_enrolled(education, keys):
    def enrol(numbered):
        number, key = numbered
        body = {"enrolled_on": ENROLLED_ON, "nisn": f"31{number:08}"}
        return education.post(f"schooling-cases/{key}/enrol", body)

    assert {case["status"] for case in each(enrol, list(enumerate(keys)))} == {"enrolled"}


def the_first_check_is_due_after_the_joint_leave(education, keys):
    """It falls into a week in which every office is closed, so it is due on the next working day; its key."""
    [check] = [one for one in education.get("follow-ups", case=keys[0])["data"] if one["months"] == 3]
    assert check["due_on"] == FIRST_CHECK
    due = education.get("queue", kind="follow_up_due", limit=200)
    assert FIRST_CHECK in {item["due_on"] for item in due["data"]}
    assert due["counts"]["kind"]["follow_up_due"] >= len(keys)
    return check["id"]


def one_drops_out_again(dinsos, education, check, child):
    """The place is free, Education sees the child no longer, and it is back in the queue."""
    place = education.get("placements", person=child["id"])["data"][0]["place"]
    taken = education.get(f"places/{place}")["taken"]
    answer = {"answer": "dropped_again", "answered_on": TODAY.isoformat(), "words": "Bekerja di pasar"}
    assert education.post(f"follow-ups/{check}/answer", answer)["case_status"] == "dropped_again"
    assert education.get(f"places/{place}")["taken"] == taken - 1
    education.get(f"persons/{child['id']}", expect=404)
    [again] = [item for item in queue_of(dinsos, "child_out_of_school") if item["person"] == child["id"]]
    assert again["reason"] == "no_longer_in_school"


def the_timeline_tells_it(dinsos, child):
    events = dinsos.get(f"households/{child['household']}/timeline", limit=200)["data"]
    steps = [e["details"]["to_status"] for e in events if e["event"] == "case_moved" and e["person"] == child["id"]]
    assert steps[::-1][-7:] == ["assigned", "visited", "verified", "planned", "offered", "enrolled", "dropped_again"]
