"""A closed-loop load generator: a few kept connections, each sending its next request when the last is answered."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.servers import Server

CONNECTIONS = 4


@dataclass
class Turn:
    """What one target did in one turn."""

    seconds: float = 0.0
    app_cpu: float = 0.0
    database_cpu: float = 0.0
    bytes: int = 0
    failures: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu(self) -> float:
        """CPU milliseconds a request, application and PostgreSQL together."""
        return (self.app_cpu + self.database_cpu) * 1000 / len(self.latencies)

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return median(self.latencies) * 1000

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return quantiles(self.latencies, n=100)[98] * 1000


def take_turn(
    server: Server, requests: Iterator[bytes], seconds: float, database_cpu: Callable[[], float], connections: int
) -> Turn:
    """Load one target for a while. Raises RuntimeError when it answers nothing or anything but 2xx."""
    turn, began, lock = Turn(), time.perf_counter(), threading.Lock()
    app, database = server.cpu(), database_cpu()
    callers = [
        threading.Thread(target=_call, args=(server.port, requests, began + seconds, turn, lock))
        for _ in range(connections)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    turn.seconds = time.perf_counter() - began
    turn.app_cpu, turn.database_cpu = server.cpu() - app, database_cpu() - database
    if turn.failures or not turn.latencies:
        raise RuntimeError(f"{server.name}: {(turn.failures or ['no answer'])[0]}")
    return turn


def _call(port: int, requests: Iterator[bytes], until: float, turn: Turn, lock: threading.Lock) -> None:
    with open_connection(port) as connection:
        while time.perf_counter() < until and not turn.failures:
            with lock:
                request = next(requests)
            began = time.perf_counter()
            status, body = exchange(connection, request)
            turn.latencies.append(time.perf_counter() - began)
            turn.bytes += len(body)
            if not status.startswith(b"2"):
                turn.failures.append(f"{status.decode()} {body[:300].decode()} to {request[:200].decode()}")


def open_connection(port: int) -> socket.socket:
    """A connection to a target that stays open for the next call."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchange(connection: socket.socket, request: bytes) -> tuple[bytes, bytes]:
    """One call: status line and body."""
    connection.sendall(request)
    return _answer(connection)


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    received = connection.recv(262144)
    while b"\r\n\r\n" not in received:
        received += connection.recv(262144)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    parts, missing = [body], length - len(body)
    while missing > 0:
        part = connection.recv(min(missing, 262144))
        parts.append(part)
        missing -= len(part)
    return head.partition(b" ")[2].partition(b"\r\n")[0], b"".join(parts)


def send(port: int, request: bytes) -> tuple[bytes, bytes]:
    """One call on a connection of its own: status line and body."""
    with open_connection(port) as connection:
        return exchange(connection, request)
