"""Sitting down at an office's desk in the admin: logging in without the toll of a password, reading and sending pages."""

from agencies.models import Officer


def enter(client, username):
    """Log in as one of the cast; the log-in form itself has tests of its own."""
    client.force_login(Officer.objects.get(username=username), backend="coordination.site.OfficerBackend")


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()
