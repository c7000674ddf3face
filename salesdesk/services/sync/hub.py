"""A PostgreSQL server as the way between PCs, for teams that outgrow the shared drive: the same files, in one table nobody alters.

The table takes inserts only, so a role that may insert and read is enough; taking away what nobody needs any more is left to
a role that may delete. TLS and its certificates stand in the address as libpq knows them: `?sslmode=verify-full&sslrootcert=…`.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from salesdesk.domain.errors import EnvironmentFault

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
CHANNEL = "salesdesk_hub"
"""What a PC listens to for news."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS salesdesk_file ("
    "name text PRIMARY KEY, data bytea NOT NULL, made timestamptz NOT NULL DEFAULT now())"
)
_PATIENCE = 10
"""Seconds a server may take to answer the door."""
_open: dict[str, Any] = {}
_listening: dict[str, Any] = {}
_lock = threading.RLock()


class HubTransport:
    """One table of a PostgreSQL database as a place for immutable files; one connection for each address is kept."""

    def __init__(self, address: str) -> None:
        self.address = address

    @property
    def place(self) -> str:
        """Server and database, never the password."""
        parts = urlsplit(self.address)
        return f"{parts.hostname or 'localhost'}{parts.path}"

    def names(self, folder: str) -> list[str]:
        before = f"{folder}/" if folder else ""

        def ask(connection: psycopg.Connection) -> list[str]:
            rows = connection.execute(
                "SELECT DISTINCT split_part(substr(name, %s), '/', 1) FROM salesdesk_file WHERE starts_with(name, %s)",
                (len(before) + 1, before),
            ).fetchall()
            return sorted(str(row[0]) for row in rows)

        return self._asked(ask)

    def read(self, name: str) -> bytes | None:
        def ask(connection: psycopg.Connection) -> bytes | None:
            row = connection.execute("SELECT data FROM salesdesk_file WHERE name = %s", (name,), binary=True).fetchone()
            return None if row is None else bytes(row[0])

        return self._asked(ask)

    def publish(self, name: str, data: bytes) -> bool:
        def put(connection: psycopg.Connection) -> None:
            with connection.transaction():
                connection.execute(
                    "INSERT INTO salesdesk_file(name, data) VALUES (%s, %s) ON CONFLICT DO NOTHING", (name, data)
                )
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, name))

        self._asked(put)
        return self.read(name) == data

    def remove(self, name: str) -> None:
        def take(connection: psycopg.Connection) -> None:
            from psycopg.errors import InsufficientPrivilege

            try:
                connection.execute("DELETE FROM salesdesk_file WHERE name = %s", (name,))
            except InsufficientPrivilege:
                return  # it stays, which costs room and nothing else

        self._asked(take)

    def wait(self, seconds: float, own: str = "") -> bool:
        """Wait until somebody has put something there, at most so long; True when somebody did.

        own: beginning of the names that are no news. From the first wait on nothing is missed between two of them.
        """
        with self._faults():
            import psycopg

            listening: psycopg.Connection | None = _listening.get(self.address)
            if listening is None or listening.closed or listening.broken:
                listening = psycopg.connect(self.address, autocommit=True, connect_timeout=_PATIENCE)
                _listening[self.address] = listening
                listening.execute(f"LISTEN {CHANNEL}")
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                for heard in listening.notifies(timeout=left, stop_after=1):
                    if not own or not heard.payload.startswith(own):
                        return True
            return False

    def _asked(self, act: Callable[[psycopg.Connection], T]) -> T:
        """Do something with the connection."""
        with _lock, self._faults():
            return act(self._connection())

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What the server, the network or a missing package is to blame for becomes an EnvironmentFault."""
        try:
            import psycopg
        except ImportError as error:
            raise EnvironmentFault(
                "这台电脑没有装 PostgreSQL 的连接程序，同步停着，不影响录单", "请让维护人员安装 salesdesk[postgres]"
            ) from error
        try:
            yield
        except psycopg.Error as error:
            _forget(self.address)
            raise EnvironmentFault(
                f"同步服务器「{self.place}」用不了（{_reason(error)}），不影响录单",
                "请检查网络、服务器是否开着、账号有没有权限；连上以后会自动接着同步",
            ) from error

    def _connection(self) -> psycopg.Connection:
        import psycopg

        found: psycopg.Connection | None = _open.get(self.address)
        if found is None or found.closed or found.broken:
            found = psycopg.connect(self.address, autocommit=True, connect_timeout=_PATIENCE)
            _open[self.address] = found
            if found.execute("SELECT to_regclass('salesdesk_file')").fetchone() == (None,):
                found.execute(_TABLE)
        return found


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else type(error).__name__


def _forget(address: str) -> None:
    with _lock:
        found = [kept.pop(address, None) for kept in (_open, _listening)]
    for one in found:
        if one is not None:
            one.close()


def close_all() -> None:
    """Let all servers go."""
    for address in {*_open, *_listening}:
        _forget(address)


atexit.register(close_all)
