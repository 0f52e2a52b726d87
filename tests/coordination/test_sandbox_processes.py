"""What the sandbox starts, restarts and ends, with real processes."""

import os
import signal
import subprocess
import sys
import time

import pytest

from coordination.sandbox import processes
from coordination.sandbox.addresses import change, parts, without_secrets, write
from coordination.sandbox.processes import Process
from coordination.sandbox.refusal import Refusal
from coordination.sandbox.supervisor import Supervisor, end_leftovers

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-uc",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)",
]


@pytest.fixture
def supervisor(tmp_path):
    supervisor = Supervisor(tmp_path / "run.json", dict(os.environ))
    yield supervisor
    supervisor.end()


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_a_killed_program_is_started_again(supervisor):
    program = supervisor.start("web", *SLEEP)
    first = program.process
    program.pause = 0.1
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: (supervisor.tend(), program.process != first)[1])
    assert program.process.is_running()
    assert program.process in processes.read(supervisor.record)


def test_a_program_that_keeps_dying_is_started_at_growing_intervals(supervisor):
    program = supervisor.start("web", "false")
    program.pause = 0.05
    starts = {program.process.pid}

    def has_been_started_thrice():
        supervisor.tend()
        starts.add(program.process.pid)
        return len(starts) >= 3

    wait_until(has_been_started_thrice)
    assert program.pause >= 0.2


def test_a_deaf_program_is_ended_with_all_that_it_started(supervisor):
    program = supervisor.start("web", *DEAF)
    wait_until(lambda: "deaf" in program.log.read_text())
    began = time.monotonic()
    supervisor.end()
    assert time.monotonic() - began < 4
    assert not program.process.is_running()
    assert not supervisor.record.exists()


def test_what_a_killed_run_left_is_ended(tmp_path):
    left = subprocess.Popen(SLEEP, start_new_session=True)
    processes.write(tmp_path / "run.json", [Process.now("web", left.pid)])
    assert end_leftovers(tmp_path / "run.json") is True
    assert left.wait(5) == -signal.SIGTERM


def test_a_stranger_who_now_has_the_number_is_left_alone(tmp_path):
    stranger = subprocess.Popen(SLEEP, start_new_session=True)
    processes.write(tmp_path / "run.json", [Process("web", stranger.pid, "long ago")])
    end_leftovers(tmp_path / "run.json")
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"name": "web"}]', "\x00"])
def test_a_spoilt_record_of_a_killed_run_is_passed_over(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    assert end_leftovers(tmp_path / "run.json") is False


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:p%40ss%2Fword@db.example:5433/sinergi?sslmode=require",
        "postgresql://app@/sinergi?host=/run/some%20dir",
        "postgresql://app:p@/sinergi?host=/run/postgresql&port=5433",
    ],
)
def test_an_address_written_anew_means_the_same(url):
    assert parts(write(parts(url))) == parts(url)
    assert parts(change(url, user="owner", password=None))["user"] == "owner"
    assert "password" not in parts(change(url, password=None))


def test_a_shown_address_has_no_password():
    assert without_secrets("postgresql://a:geheim@h/d?sslmode=require") == "postgresql://a@h/d"


def test_what_is_no_address_is_refused_without_repeating_it():
    with pytest.raises(Refusal) as refusal:
        parts("postgresql://a:geheim word@h:port/d")
    assert "geheim" not in str(refusal.value)
