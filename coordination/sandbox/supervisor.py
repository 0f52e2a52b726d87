"""Keeps the sandbox's programs running: starts them, restarts what dies, ends them in order."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from coordination.sandbox import processes
from coordination.sandbox.postgres import CHECKOUT
from coordination.sandbox.processes import Process

LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0
TIME_TO_END = 2.5


@dataclass
class Program:
    """A program that runs for as long as the sandbox does, in its own process group, with its own log."""

    name: str
    words: Sequence[str]
    log: Path
    child: "subprocess.Popen[bytes] | None" = None
    process: Process | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = 0.0

    def start(self, environment: Mapping[str, str]) -> None:
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.words,
                cwd=CHECKOUT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.process = Process.now(self.name, self.child.pid)
        self.started = time.monotonic()

    def has_died(self) -> bool:
        return self.child is not None and self.child.poll() is not None

    def end(self) -> None:
        if self.child and self.process:
            self.process.end(within=TIME_TO_END)
            self.child.poll()

    def end_orphans(self) -> None:
        """What the dead program had started is in its process group, and may still hold the port."""
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGTERM)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])


@dataclass
class Supervisor:
    """Starts programs in order, ends them in the same order, and keeps a record for the run after a crash."""

    record: Path
    environment: Mapping[str, str]
    programs: list[Program] = field(default_factory=list)

    def start(self, name: str, *words: str) -> Program:
        log = self.record.parent / "log" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        log.unlink(missing_ok=True)
        program = Program(name, words, log)
        self.programs.append(program)
        program.start(self.environment)
        self._write()
        return program

    def tend(self) -> None:
        """Restart what has died, after a pause that doubles while it keeps dying."""
        now = time.monotonic()
        for program in self.programs:
            if program.has_died():
                self._bury(program, now)
            if program.child is None and now >= program.due:
                program.start(self.environment)
                self._write()

    def end(self) -> None:
        for program in self.programs:
            program.end()
        self.record.unlink(missing_ok=True)

    def _bury(self, program: Program, now: float) -> None:
        code = program.child.returncode if program.child else None
        program.end_orphans()
        if now - program.started > HEALTHY_AFTER:
            program.pause = 1.0
        print(
            f"{program.name} ended (code {code}); again in {program.pause:.0f} s. Log: {program.log}",
            flush=True,
        )
        program.child, program.due = None, now + program.pause
        program.pause = min(program.pause * 2, LONGEST_PAUSE)

    def _write(self) -> None:
        running = [program.process for program in self.programs if program.process]
        processes.write(self.record, [Process.now("runner", os.getpid()), *running])


def end_leftovers(record: Path) -> bool:
    """End what a killed run left behind, and nothing else; True when there was something."""
    left = [process for process in processes.read(record) if process.name != "runner"]
    for process in left:
        process.end(within=TIME_TO_END)
    record.unlink(missing_ok=True)
    return bool(left)
