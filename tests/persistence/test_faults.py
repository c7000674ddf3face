"""When the machine does not play along: clear words with a cure, nothing lost, nothing half-written."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from salesdesk.desk import DATA_FILE, open_desk
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence.migrate import newest
from tests.desks import empty_desk, order_args, small_desk


def test_a_data_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    empty_desk(tmp_path).close()
    raw = dbapi2.connect(str(tmp_path / DATA_FILE))
    raw.execute(f"PRAGMA user_version = {newest() + 7}")
    raw.close()
    before = (tmp_path / DATA_FILE).read_bytes()
    with pytest.raises(EnvironmentFault, match="更新版本") as fault:
        open_desk(tmp_path)
    assert "升级" in fault.value.cure
    assert (tmp_path / DATA_FILE).read_bytes() == before


@pytest.mark.parametrize("damage", ["header", "middle", "text"])
def test_a_damaged_file_is_told_and_kept(tmp_path: Path, damage: str) -> None:
    desk = small_desk(tmp_path)
    desk.close()
    path = tmp_path / DATA_FILE
    data = bytearray(path.read_bytes())
    if damage == "header":
        data[:64] = b"\x00" * 64
    elif damage == "text":
        data = bytearray("这不是数据库".encode() * 2000)
    else:
        data[4096 : len(data) // 2] = random.Random(7).randbytes(len(data) // 2 - 4096)
    path.write_bytes(bytes(data))
    for stale in tmp_path.glob(f"{DATA_FILE}-*"):
        stale.unlink()
    with pytest.raises(EnvironmentFault, match="已损坏") as fault:
        opened = open_desk(tmp_path)
        try:
            opened.rows("customer")
            opened.dump()
        finally:
            opened.close()
    assert "备份" in fault.value.cure
    assert path.read_bytes() == bytes(data)


def test_a_full_disk_refuses_the_save_and_keeps_everything_before_it(tmp_path: Path) -> None:
    desk = small_desk(tmp_path)
    saved = desk.do("order.save", order_args(("P10012", "12", "48.6")))
    before = desk.dump()
    with desk.database.local() as work:
        pages = work.value("PRAGMA page_count")
    with desk.database.local() as work:
        work.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(EnvironmentFault, match="磁盘满") as fault:
        for i in range(200):
            desk.do("customer.save", {"name": f"塞满磁盘的客户 {i}", "note": "很长的备注" * 300})
            before = desk.dump()
    assert "腾出空间" in fault.value.cure
    assert desk.dump() == before
    with desk.database.local() as work:
        work.execute("PRAGMA max_page_count = 1000000")
    assert desk.do("order.confirm", {"uid": saved.uid}).changes


def test_a_file_another_program_is_writing_is_told_as_such(tmp_path: Path) -> None:
    desk = small_desk(tmp_path)
    with desk.database.local() as work:
        work.execute("PRAGMA busy_timeout = 100")
    other = dbapi2.connect(str(tmp_path / DATA_FILE), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(EnvironmentFault, match="另一个程序占用") as fault:
        desk.do("customer.save", {"name": "等不到"})
    assert "再试一次" in fault.value.cure
    other.execute("ROLLBACK")
    other.close()
    assert desk.do("customer.save", {"name": "等到了"}).uid


def test_two_threads_saving_at_once_wait_for_each_other(tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    threads = [
        threading.Thread(target=lambda n=n: [desk.do("customer.save", {"name": f"客户{n}-{i}"}) for i in range(10)])
        for n in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(desk.rows("customer")) == 40


def test_lost_triggers_are_noticed_and_renewed_at_the_next_start(tmp_path: Path) -> None:
    small_desk(tmp_path).close()
    raw = dbapi2.connect(str(tmp_path / DATA_FILE))
    raw.execute("DROP TRIGGER log_customer_update")
    raw.commit()
    raw.close()
    desk = open_desk(tmp_path)
    uid = str(desk.rows("customer")[0]["uid"])
    assert desk.do("customer.save", {"uid": uid, "region": "华东"}).changes


@pytest.mark.parametrize("seed", range(3))
def test_kill_in_the_middle_of_saving_loses_no_answered_order_and_leaves_no_half_one(tmp_path: Path, seed: int) -> None:
    """SIGKILL while orders stream in: every order answered with ok is whole on disk, any other is whole or absent."""
    small_desk(tmp_path).close()
    process = subprocess.Popen(
        [sys.executable, "-m", "salesdesk", "--data", str(tmp_path), "do", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None and process.stdout is not None
    line = json.dumps(
        {
            "verb": "order.save",
            "args": order_args(("P10012", "3", "48.6"), ("P20031", "5", "3.2"), ("P10013", "1", "92.5")),
        }
    )
    answered: list[str] = []
    stdout = process.stdout

    def listen() -> None:
        for answer in stdout:
            told = json.loads(answer)
            if told["ok"]:
                answered.append(told["uid"])

    listener = threading.Thread(target=listen)
    listener.start()
    feeding = threading.Thread(target=feed, args=(process.stdin, f"{line}\n".encode()))
    feeding.start()
    deadline = time.monotonic() + 120  # a busy PC starts the program slowly
    while len(answered) < 5 + seed * 3 and time.monotonic() < deadline:
        time.sleep(0.001)
    process.kill()
    process.wait()
    listener.join()
    feeding.join()
    stdout.close()
    assert answered
    desk = open_desk(tmp_path)
    try:
        with desk.read() as reader:
            assert reader.value("PRAGMA integrity_check") == "ok"
            assert reader.tuples("PRAGMA foreign_key_check") == []
            assert reader.value("SELECT op FROM now") is None
            counts = dict(reader.tuples('SELECT "order", count(*) FROM order_line GROUP BY 1'))
        orders = {str(r["uid"]) for r in desk.rows("sales_order")}
        assert set(answered) <= orders
        assert {counts[o] for o in orders} == {3}
        numbers = sorted(str(r["number"]) for r in desk.rows("sales_order"))
        assert numbers == [f"XS{numbers[0][2:7]}-{i:04d}" for i in range(1, len(numbers) + 1)]
    finally:
        desk.close()


def feed(pipe: object, line: bytes) -> None:
    """Keep the process busy until it is gone."""
    try:
        while True:
            pipe.write(line)  # type: ignore[attr-defined]
            pipe.flush()  # type: ignore[attr-defined]
    except OSError:
        pass
    finally:
        with contextlib.suppress(OSError):
            pipe.close()  # type: ignore[attr-defined]
