"""Older and newer programs around one share: a newer one is offered and checked, and what it wrote is never lost on the older."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest import MonkeyPatch

from salesdesk import desk as desks
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.fields import Entity
from salesdesk.persistence import merging
from salesdesk.persistence.merged import unpark
from salesdesk.services.sync import segments, updates
from tests.sync.pcs import MEMORY, Pc, everybody, first_pc, joined_pc, same


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "共享 盘"


@pytest.fixture
def pair(tmp_path: Path, share: Path) -> tuple[Pc, Pc]:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李雷")
    everybody(a, b)
    a.desk.settings.put("operator.role", "manager")
    return a, b


def installer(folder: Path, version: str = "9.1.0", name: str = "") -> Path:
    """What the checks look at of a real one: the head of a Windows program, its version among the resources."""
    made = folder / (name or f"salesdesk-{version}.exe")
    made.write_bytes(b"MZ" + bytes(200) + version.encode("utf-16-le") + b"program " * 5000)
    return made


# -- a newer program on the share -----------------------------------------------------------------------------------


def test_what_the_manager_puts_there_is_offered_to_the_others_and_fetched_whole(
    pair: tuple[Pc, Pc], tmp_path: Path
) -> None:
    a, b = pair
    file = installer(tmp_path)
    assert updates.offered(b.desk.sync) is None
    put = updates.publish(a.desk.sync, file, "开票资料能批量改")
    offer = updates.offered(b.desk.sync)
    assert offer == put and "9.1.0" in offer.told and "王芳" in offer.told and "开票资料能批量改" in offer.told
    fetched = updates.fetch(b.desk.sync, offer)
    assert fetched.read_bytes() == file.read_bytes() and fetched.parent == b.folder / "updates"


def test_the_newest_counts_and_only_newer_than_this_one(pair: tuple[Pc, Pc], tmp_path: Path) -> None:
    a, b = pair
    older, *_ = [updates.publish(a.desk.sync, installer(tmp_path, version)) for version in ("9.9.0", "9.10.0", "0.0.1")]
    offer = updates.offered(b.desk.sync)
    assert offer is not None and offer.version == "9.10.0"
    assert updates.offered(b.desk.sync, "9.10.0") is None
    updates.fetch(b.desk.sync, older)
    updates.fetch(b.desk.sync, offer)
    assert [one.name for one in (b.folder / "updates").iterdir()] == ["salesdesk-9.10.0.exe"], "older ones go"


def test_an_older_installer_somebody_holds_open_hinders_no_newer_one(pair: tuple[Pc, Pc], tmp_path: Path) -> None:
    a, b = pair
    older, newer = [updates.publish(a.desk.sync, installer(tmp_path, version)) for version in ("9.1.0", "9.2.0")]
    with updates.fetch(b.desk.sync, older).open("rb"):
        assert updates.fetch(b.desk.sync, newer).is_file()


def test_an_exchanged_or_cut_off_installer_is_not_taken(pair: tuple[Pc, Pc], share: Path, tmp_path: Path) -> None:
    a, b = pair
    offer = updates.publish(a.desk.sync, installer(tmp_path))
    lying = share / "salesdesk" / "app" / offer.file
    whole = lying.read_bytes()
    for other in (whole[:-1], whole[:-1] + b"!", b"MZ evil"):
        lying.write_bytes(other)
        with pytest.raises(EnvironmentFault, match="不一样"):
            updates.fetch(b.desk.sync, offer)
    lying.unlink()
    with pytest.raises(EnvironmentFault, match="不见了"):
        updates.fetch(b.desk.sync, offer)
    assert not (b.folder / "updates").exists() or not list((b.folder / "updates").iterdir())


def test_a_note_nobody_of_the_workspace_sealed_offers_nothing(pair: tuple[Pc, Pc], share: Path, tmp_path: Path) -> None:
    a, b = pair
    updates.publish(a.desk.sync, installer(tmp_path))
    (note,) = (share / "salesdesk" / "app").glob("*.note")
    sealed = note.read_bytes()
    for other in (b"", sealed[:-1] + bytes([sealed[-1] ^ 1]), b'{"version": "9.1.0"}'):
        note.write_bytes(other)
        assert updates.offered(b.desk.sync) is None
    note.write_bytes(sealed)
    note.rename(note.with_name(note.name.replace("9.1.0", "9.2.0")))
    assert updates.offered(b.desk.sync) is None, "sealed for another name"


def test_who_was_taken_out_offers_nothing_any_more(pair: tuple[Pc, Pc], tmp_path: Path) -> None:
    a, b = pair
    b.desk.settings.put("operator.role", "manager")
    updates.publish(b.desk.sync, installer(tmp_path))
    assert updates.offered(a.desk.sync) is not None
    a.desk.sync.remove("李雷", "另一个够长的口令 7 号", MEMORY)
    assert updates.offered(a.desk.sync) is None
    again = updates.publish(a.desk.sync, installer(tmp_path))
    assert updates.offered(a.desk.sync) == again


def test_only_the_manager_puts_a_program_there_and_only_ours(pair: tuple[Pc, Pc], share: Path, tmp_path: Path) -> None:
    a, b = pair
    with pytest.raises(Refused, match="主管"):
        updates.publish(b.desk.sync, installer(tmp_path))
    plain = tmp_path / "salesdesk-9.3.0.exe"
    plain.write_bytes(b"#!/bin/sh")
    for other in (
        plain,
        installer(tmp_path, "9.1.0", "setup.exe"),
        installer(tmp_path, "9.1.0", "salesdesk-9.4.0.exe"),
    ):
        with pytest.raises(Refused, match="不是本程序的安装程序"):
            updates.publish(a.desk.sync, other)
    assert not (share / "salesdesk" / "app").exists()
    updates.publish(a.desk.sync, installer(tmp_path))
    changed = installer(tmp_path)
    changed.write_bytes(changed.read_bytes() + b"more")
    with pytest.raises(Refused, match="已经有另一个"):
        updates.publish(a.desk.sync, changed)


def test_without_a_workspace_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    pc = Pc(tmp_path / "c", "王芳")
    with pytest.raises(Refused, match="同步"):
        updates.offered(pc.desk.sync)


# -- what a newer program wrote --------------------------------------------------------------------------------------


def test_what_an_older_program_has_no_place_for_is_kept_told_and_shown_after_its_upgrade(
    pair: tuple[Pc, Pc], monkeypatch: MonkeyPatch
) -> None:
    """To the older PC the newer one's field 简称 is unknown; then it is upgraded."""
    a, b = pair
    whole = merging.logged_columns

    def older(entity: Entity) -> tuple[str, ...]:
        return tuple(key for key in whole(entity) if (entity.key, key) != ("customer", "short_name"))

    a.desk.do("customer.save", {"uid": a.customer("C00043")["uid"], "short_name": "长安", "contact": "周强"})
    a.sync()
    with monkeypatch.context() as patch:
        patch.setattr(merging, "logged_columns", older)
        patch.delitem(b.desk.entity("customer").by_key, "short_name")
        b.sync()
        assert b.customer("C00043")["contact"] == "周强" and not b.customer("C00043")["short_name"]
        state = b.desk.sync.state()
        assert "升级本程序" in state.text and state.short[1] == "要升级程序"
    b.desk.close()
    prepare = desks.prepare
    monkeypatch.setattr(desks, "prepare", lambda *args: prepare(*args) or ["数据升级到新版本"])
    b.desk = b.opened()
    assert b.customer("C00043")["short_name"] == "长安"
    assert "升级" not in b.desk.sync.state().text
    assert unpark(b.desk.database) == 0
    everybody(a, b)
    same(a, b)


def test_a_piece_in_a_newer_form_waits_and_says_what_to_do(pair: tuple[Pc, Pc], monkeypatch: MonkeyPatch) -> None:
    a, b = pair
    a.desk.do("customer.save", {"name": "新版本里录的"})
    with monkeypatch.context() as patch:
        patch.setattr(segments, "FORMAT", segments.FORMAT + 1)
        a.sync()
    report = b.sync()
    assert report.held and "请升级本程序" in report.held[0]
    assert b.desk.sync.state().short[1] == "要升级程序"
    monkeypatch.setattr(segments, "FORMAT", segments.FORMAT + 1)  # upgraded
    b.sync()
    assert not b.desk.sync.state().text.count("升级")
