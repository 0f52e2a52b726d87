"""Sitting down at an office's desk in the admin, without the toll of a password each time."""

import re

from agencies.access.models import AccessRecord
from agencies.models import Officer

CASE = "/admin/schooling/schoolingcase/"
REFERRAL = "/admin/referrals/referral/"


def enter(client, username):
    """Log in as one of the cast; the log-in form itself has tests of its own."""
    client.force_login(Officer.objects.get(username=username), backend="coordination.site.OfficerBackend")


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def deeds(client, record):
    """The names of what a record's page offers."""
    return re.findall(rf'(?:href|action)="{record}do/([a-z-]+)/"', page(client, f"{record}change/"))


def seen(text):
    """What a page remembers of the state in which it was read."""
    found = re.search(r'name="seen" value="([^"]*)"', text)
    return found[1] if found else ""


def do(client, record, name, status=302, *, read=None, **given):
    """Read a deed's form, fill it in and send it; returns the answer's text, or where it leads."""
    state = seen(client.get(f"{record}do/{name}/").content.decode()) if read is None else read
    answer = client.post(f"{record}do/{name}/", {"seen": state, **given})
    assert answer.status_code == status, answer.content.decode()[:4000]
    return answer["Location"] if status == 302 else answer.content.decode()


def last_record(**wanted):
    return AccessRecord.objects.filter(**wanted).order_by("-id").first()
