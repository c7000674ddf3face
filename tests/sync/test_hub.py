"""The same syncing through a real PostgreSQL server, started for these tests on a cluster of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.services.checking import check_all
from salesdesk.services.sync import hub
from salesdesk.services.sync.hub import HubTransport
from salesdesk.services.sync.transport import FolderTransport, way_to
from tests.desks import order_args, small_desk
from tests.sync.pcs import MEMORY, PASSPHRASE, Pc, everybody, same
from ui.kit import syncer

pytest.importorskip("psycopg", reason="没有装 salesdesk[postgres]")
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if os.name == "posix" else []
pytestmark = pytest.mark.skipif(not BINARIES, reason="这台电脑没有 PostgreSQL 服务器（apt install postgresql）")


class Server:
    """A cluster in a temporary folder; PostgreSQL does not run as root, so root hands it to `postgres`."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "pg"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", str(self.data), "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(BINARIES[-1] / program), *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", timeout=60)
        assert done.returncode == 0, done.stdout.decode(errors="replace")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.data} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.data / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def address(self, user: str = "owner") -> str:
        return f"postgresql://{user}:secret@127.0.0.1:{self.port}/postgres"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = Path("/tmp") / f"salesdesk-pg-{os.getpid()}"
    folder.mkdir()
    made = Server(folder)
    made.start()
    yield made
    hub.close_all()
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


def emptied(server: Server) -> str:
    import psycopg

    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS salesdesk_file")
    hub.close_all()
    return server.address()


def test_a_server_is_a_place_like_a_folder(server: Server) -> None:
    way = way_to(emptied(server))
    assert isinstance(way, HubTransport) and isinstance(way_to("/mnt/share"), FolderTransport)
    assert "secret" not in way.place and way.place == "127.0.0.1/postgres"
    assert way.names("") == [] and way.read("ws.json") is None
    assert way.publish("d/abc/00000001.seg", b"\0one") and way.publish("d/abc/00000001.seg", b"\0one")
    assert not way.publish("d/abc/00000001.seg", b"other") and way.read("d/abc/00000001.seg") == b"\0one"
    assert way.publish("d/abd/00000001.seg", b"two")
    assert way.names("") == ["d"] and way.names("d") == ["abc", "abd"] and way.names("d/abc") == ["00000001.seg"]
    way.remove("d/abc/00000001.seg")
    way.remove("d/abc/00000001.seg")
    assert way.names("d/abc") == []


def test_pcs_sync_through_a_server_that_goes_away_meanwhile(server: Server, tmp_path: Path) -> None:
    address = emptied(server)
    small_desk(tmp_path / "a").close()
    a = Pc(tmp_path / "a", "王芳")
    a.desk.sync.create(address, PASSPHRASE, "王芳", MEMORY)
    b = Pc(tmp_path / "b", "李强")
    b.desk.sync.join(address, PASSPHRASE, "李强")
    a.desk.do("order.confirm", order_args(("P10012", "12", "48.60")))
    everybody(a, b)
    same(a, b)
    server.stop()
    b.desk.do("customer.save", {"code": "C00800", "name": "断开时录的有限公司"})
    with pytest.raises(EnvironmentFault, match=r"同步服务器.*用不了.*不影响录单") as fault:
        b.sync()
    assert "secret" not in str(fault.value)
    server.start()
    everybody(a, b)
    same(a, b)
    assert a.customer("C00800")
    for pc in (a, b):
        assert check_all(pc.desk.database, pc.folder).sound
        pc.desk.close()


def test_a_role_that_may_only_insert_and_read_is_enough(server: Server) -> None:
    import psycopg

    emptied(server)
    HubTransport(server.address()).names("")
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute("GRANT SELECT, INSERT ON salesdesk_file TO clerk")
        clerk = HubTransport(server.address("clerk"))
        assert clerk.publish("d/a/00000001.seg", b"mine")
        clerk.remove("d/a/00000001.seg")
        assert clerk.read("d/a/00000001.seg") == b"mine", "left to whoever may delete"
        hub.close_all()
        connection.execute("REVOKE ALL ON salesdesk_file FROM clerk")
        with pytest.raises(EnvironmentFault, match="用不了"):
            clerk.read("d/a/00000001.seg")
        connection.execute("DROP ROLE clerk")


def test_whoever_waits_is_told_at_once(server: Server) -> None:
    address = emptied(server)
    way = HubTransport(address)
    way.names("")
    assert not way.wait(0.05)
    other = HubTransport(address + "?application_name=other")
    talking = threading.Timer(0.3, other.publish, ("d/a/00000001.seg", b"news"))
    talking.start()
    woken = way.wait(20)
    talking.join()
    assert woken


def test_own_work_is_no_news_and_nothing_is_missed_between_two_waits(server: Server) -> None:
    address = emptied(server)
    way, other = HubTransport(address), HubTransport(address + "?application_name=other")
    way.names("")
    assert not way.wait(0.05, "d/me/")
    way.publish("d/me/00000001.seg", b"mine")
    assert not way.wait(0.05, "d/me/")
    other.publish("d/you/00000001.seg", b"news")
    way.publish("d/me/00000002.seg", b"mine")
    assert way.wait(5, "d/me/") and not way.wait(0.05, "d/me/")


def test_the_window_goes_round_as_soon_as_the_server_tells_of_news(
    server: Server, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncer, "FIRST_AFTER_MS", 10)
    monkeypatch.setattr(syncer, "DEAF_S", 0.05)
    address = emptied(server)
    small_desk(tmp_path / "a").close()
    a, b = Pc(tmp_path / "a", "王芳"), Pc(tmp_path / "b", "李强")
    a.desk.sync.create(address, PASSPHRASE, "王芳", MEMORY)
    b.desk.sync.join(address, PASSPHRASE, "李强")
    a.sync()
    watching = syncer.Syncer(a.desk)

    def arrived(code: str) -> None:
        b.desk.do("customer.save", {"code": code, "name": f"{code} 有限公司"})
        b.sync()
        qtbot.waitUntil(lambda: any(r["code"] == code for r in a.desk.rows("customer")), timeout=10_000)
        qtbot.waitUntil(lambda: watching.idle, timeout=10_000)

    watching.begin()
    qtbot.waitUntil(lambda: watching._ears is not None, timeout=10_000)
    arrived("C00801")
    server.stop()
    server.start()
    arrived("C00802")  # what was told while nobody could listen is fetched when the server is back
    watching.close()
    for pc in (a, b):
        pc.desk.close()


def test_an_address_without_tls_where_tls_is_demanded_is_refused(server: Server) -> None:
    with pytest.raises(EnvironmentFault, match="用不了"):
        HubTransport(server.address() + "?sslmode=require").names("")
