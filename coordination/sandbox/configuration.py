"""The files that configure the embedded PostgreSQL, and how its data directory is made."""

import os
import sys
from pathlib import Path

from coordination.sandbox.account import own_name

LOGINS = ("postgres", "sinergi_app", "sinergi_owner", "sinergi_test")
MEGABYTE = 1024 * 1024
BUILTIN_LOCALE_SINCE = 17


def initdb_words(major: int) -> list[str]:
    """Options of initdb: UTF-8, and an order of text that is the same on every operating system."""
    words = ["--auth-local=peer", "--auth-host=reject", "-E", "UTF8", "--data-checksums"]
    if major >= BUILTIN_LOCALE_SINCE:
        return [*words, "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return [*words, f"--locale={'C.UTF-8' if sys.platform == 'linux' else 'C'}"]


def write(home: Path, socket: Path, *, durable: bool) -> None:
    """Write the configuration where the server's account may read but not change it.

    Log-in is by peer authentication: the kernel tells PostgreSQL who is at the other end of the socket, and
    only the account that runs the product is mapped to the product's roles. So there is no password to keep
    or to lose, root reaches a server that runs under another account, and nobody else gets in, not even
    that account.
    """
    logins = [f"sinergi {own_name()} {role}\n" for role in LOGINS]
    settings = [f"{name} = {value}\n" for name, value in _settings(home, socket, durable=durable).items()]
    for name, lines in (
        ("pg_hba.conf", ["local all all peer map=sinergi\n"]),
        ("pg_ident.conf", logins),
        ("postgresql.conf", settings),
    ):
        file = home / name
        file.write_text("".join(lines), encoding="utf-8")
        file.chmod(0o644)


def _settings(home: Path, socket: Path, *, durable: bool) -> dict[str, str]:
    memory = _memory()
    return {
        "listen_addresses": "''",
        "unix_socket_directories": _quoted(socket),
        "unix_socket_permissions": "0700",
        "hba_file": _quoted(home / "pg_hba.conf"),
        "ident_file": _quoted(home / "pg_ident.conf"),
        "max_connections": "300",
        "shared_buffers": f"{max(16, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(64, memory // 2)}MB",
        "maintenance_work_mem": f"{max(16, min(256, memory // 16))}MB",
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        **_reticence(),
        **({} if durable else {"fsync": "off", "full_page_writes": "off"}),
    }


def _reticence() -> dict[str, str]:
    """Values travel inside statements and in the DETAIL of errors, so the server's log shows neither."""
    return {
        "lc_messages": "'C'",
        "log_timezone": "'UTC'",
        "log_line_prefix": "'%m [%p] '",
        "log_min_error_statement": "panic",
        "log_min_duration_statement": "-1",
        "log_statement": "none",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
