"""A PC is taken out: it is told so, what it had sent counts everywhere, and with the new passphrase nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk import decrypt_data, encrypt_data, restore_backup
from salesdesk.domain.errors import Refused
from salesdesk.services import encryption, secrets
from salesdesk.services.checking import check_all
from salesdesk.services.sync import workspace
from salesdesk.services.sync.workspace import NotLetIn
from tests.sync.pcs import MEMORY, Pc, everybody, first_pc, joined_pc, same

NEW = "换过的新口令九八七"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "MEMORY", MEMORY)


def taken_out(tmp_path: Path, share: Path) -> tuple[Pc, Pc, Pc]:
    """王芳, 李强, and a PC that is taken out right after it sent something."""
    a = first_pc(tmp_path / "a", share)
    b, c = joined_pc(tmp_path / "b", share, "李强"), joined_pc(tmp_path / "c", share, "门市")
    everybody(a, b, c)
    c.desk.do("customer.save", {"code": "C00300", "name": "移除前送出的有限公司"})
    c.sync()
    a.desk.sync.remove("门市", NEW, MEMORY)
    return a, b, c


def codes(pc: Pc) -> set[str]:
    return {str(r["code"]) for r in pc.desk.rows("customer")}


def test_it_is_told_sends_nothing_more_and_loses_nothing(tmp_path: Path, share: Path) -> None:
    a, b, c = taken_out(tmp_path, share)
    assert "C00300" in codes(a), "what it had sent by then counts"
    c.desk.do("customer.save", {"code": "C00301", "name": "移除后做的有限公司"})
    before = {p for p in share.rglob("*") if p.is_file()}
    with pytest.raises(NotLetIn, match="已不在工作区里"):
        c.sync()
    assert {p for p in share.rglob("*") if p.is_file()} == before
    state = c.desk.sync.state()
    assert state.kind == "fault" and "待发" in state.text and state.short[0] == "这台电脑已不在工作区里"
    with pytest.raises(Refused, match="口令不对"):
        c.desk.sync.join(str(share), "春风又绿江南岸")
    c.desk.sync.join(str(share), NEW)
    everybody(a, b, c)
    same(a, b, c)
    assert {"C00300", "C00301"} <= codes(a)
    peers = {p.name + p.letter: p.removed for p in a.desk.sync.peers()}
    assert sum(peers.values()) == 1 and len(peers) == 4, peers
    for pc in (a, b, c):
        assert check_all(pc.desk.database, pc.folder).sound


def test_what_it_sent_unheard_comes_along_too(tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It did not see the re-key in the moment it sent: nobody takes that, until it is in again."""
    a, b, c = taken_out(tmp_path, share)
    c.desk.do("customer.save", {"code": "C00302", "name": "没人收的有限公司"})
    with monkeypatch.context() as patch:
        patch.setattr("salesdesk.services.sync.exchange.shut_out", lambda transport, entered: False)
        c.sync()
    everybody(a, b)
    assert "C00302" not in codes(a)
    c.desk.do("customer.save", {"code": "C00303", "name": "后来的有限公司"})
    with pytest.raises(NotLetIn):
        c.sync()
    c.desk.sync.join(str(share), NEW)
    everybody(a, b, c)
    same(a, b, c)
    assert {"C00302", "C00303"} <= codes(b)
    assert check_all(c.desk.database, c.folder).sound


def test_after_leaving_it_may_come_back_the_ordinary_way(tmp_path: Path, share: Path) -> None:
    a, b, c = taken_out(tmp_path, share)
    c.desk.do("customer.save", {"code": "C00304", "name": "停止同步时没送出的有限公司"})
    c.desk.sync.leave()
    c.desk.sync.join(str(share), NEW, "门市")
    everybody(a, b, c)
    same(a, b, c)
    assert "C00304" in codes(a)


def test_what_a_pc_that_stays_had_seen_of_it_counts(tmp_path: Path, share: Path) -> None:
    """李强 took its work and built on it before 王芳, who had not heard of either, took it out; nobody may be stuck on that."""
    a = first_pc(tmp_path / "a", share)
    b, c = joined_pc(tmp_path / "b", share, "李强"), joined_pc(tmp_path / "c", share, "门市")
    everybody(a, b, c)
    c.desk.do("customer.save", {"code": "C00305", "name": "门市建的有限公司"})
    c.sync()
    b.sync()
    uid = str(b.customer("C00305")["uid"])
    b.desk.do("customer.save", {"uid": uid, "contact": "李强改的"})
    a.desk.sync.run = lambda *args, **more: None  # type: ignore[method-assign]
    a.desk.sync.remove("门市", NEW, MEMORY)
    del a.desk.sync.run
    everybody(a, b)
    same(a, b)
    assert a.customer("C00305")["contact"] == "李强改的"


def test_lost_keys_come_back_with_the_passphrase_and_outlast_the_next_re_key(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b, c = joined_pc(tmp_path / "b", share, "李强"), joined_pc(tmp_path / "c", share, "门市")
    everybody(a, b, c)
    secrets.forget(b.folder, f"workspace:{workspace.meta(b.desk.database, 'sync.workspace')}")
    with pytest.raises(NotLetIn, match="找不到工作区的密钥"):
        b.sync()
    b.desk.sync.join(str(share), "春风又绿江南岸")
    everybody(a, b, c)
    a.desk.sync.remove("门市", NEW, MEMORY)
    everybody(a, b)
    same(a, b)


def test_only_the_manager_takes_a_pc_out(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.do("operator.begin", {"name": "王芳"})
    a.desk.do("operator.save", {"name": "小周", "role": "只读"})
    a.desk.do("operator.save", {"name": "小吴", "role": "内勤"})
    sync = a.desk.sync
    a.desk.settings.seat.enter("小吴", "")
    with pytest.raises(Refused, match="「移除电脑」要主管才能做，小吴是内勤"):
        sync.remove("李强", NEW, MEMORY)
    with pytest.raises(Refused, match="主管"):
        sync.give_up("李强", 1, "没了")
    sync.rename("前台")
    a.desk.settings.seat.enter("小周", "")
    for act in (sync.leave, lambda: sync.rename("x"), lambda: sync.move(str(share))):
        with pytest.raises(Refused, match="要内勤才能做，小周是只读"):
            act()
    a.desk.settings.seat.enter("王芳", "")
    sync.remove("李强", NEW, MEMORY)
    assert [p.removed for p in sync.peers()] == [False, True]


def test_encrypting_leaves_a_pc_its_name_and_an_older_file_keeps_what_it_is_called(tmp_path: Path, share: Path) -> None:
    """The file is another one after it was encrypted, but no copy; one put back to an older state is, on the same PC."""
    a = first_pc(tmp_path / "a", share, "前台")
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    letter = a.desk.letter
    older = a.desk.backup(tmp_path / "usb")
    a.desk.close()
    encrypt_data(a.folder, encryption.new_code())
    a.desk = a.opened()
    assert not a.sync().renamed and a.desk.letter == letter
    a.desk.do("customer.save", {"code": "C00400", "name": "备份以后送出的有限公司"})
    a.sync()
    a.desk.close()
    restore_backup(a.folder, older)
    a.desk = a.opened()
    assert a.sync().renamed
    everybody(a, b)
    same(a, b)
    assert "C00400" in codes(a) and a.desk.letter != letter
    assert next(p.name for p in a.desk.sync.peers() if p.mine) == "前台"
    a.desk.close()
    decrypt_data(a.folder)
    a.desk = a.opened()
    assert not a.sync().renamed
