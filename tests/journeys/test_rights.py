"""SYS-4, CUS-8: one PC, a clerk and a 主管: log in, be refused, be let pass, lock, lose the disk, come back with the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk import DATA_FILE, encrypt_data, open_desk, recover_key
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import KeyMissing, Refused
from salesdesk.persistence import keys
from salesdesk.services import encryption, passwords, secrets
from tests.desks import NOON, order_args, small_desk

CHEAP = ("P10012", "2", "30")


def test_rights_and_encryption_from_the_first_operator_to_a_new_pc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "MEMORY", 64 * 1024)
    folder = tmp_path / "pc"
    desk = small_desk(folder)
    desk.do("operator.begin", {"password": "songjiang-9"})
    clerk = desk.do("operator.save", {"name": "李强", "role": "clerk", "denied": "customer.export"}).uid
    desk.do("operator.password", {"uid": clerk, "password": "huangshan-7"})
    desk.do("rule.set", {"code": "below_floor", "who": "manager"})
    desk.close()

    code = encryption.new_code()
    encrypt_data(folder, code)
    desk = open_desk(folder, FixedClock(NOON))
    with pytest.raises(Refused, match="还没有登录"):
        desk.do("order.confirm", order_args(CHEAP))
    desk.do("operator.login", {"name": "李强", "password": "huangshan-7"})
    with pytest.raises(Refused, match="没有给 李强 开放"):
        desk.do("customer.export", {"file": str(tmp_path / "a.xlsx")})
    given = {**order_args(CHEAP), "reason": "老客户"}
    with pytest.raises(Refused):
        desk.do("order.confirm", given)
    desk.do("order.confirm", {**given, "approver": "王敏", "approver_password": "songjiang-9"})
    desk.do("operator.lock")
    with pytest.raises(Refused, match="锁着"):
        desk.do("customer.save", {"name": "甲"})
    made = desk.backup()
    dump = desk.dump()
    desk.close()

    new = tmp_path / "new pc"  # the disk is gone, the stick with the backup is there
    new.mkdir()
    (new / DATA_FILE).write_bytes(made.read_bytes())
    keys.forget(code.name)
    assert "华源".encode() not in made.read_bytes()
    with pytest.raises(KeyMissing):
        open_desk(new, FixedClock(NOON))
    recover_key(new, code.text)
    desk = open_desk(new, FixedClock(NOON))
    assert desk.dump() == dump and desk.settings.seat.locked
    desk.close()
    assert secrets.find(new, f"file:{code.name.hex()}") == code.secret
