"""Two PCs and one series of meetings: what both prepared, answered and resolved comes together, and what clashes is told."""

from __future__ import annotations

from pathlib import Path

from salesdesk.services.sync.cases import open_cases
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc, same


def told(pc: Pc) -> str:
    with pc.desk.read() as reader:
        return "\n".join(f"{case.text} {case.cure}" for case in open_cases(reader))


def test_a_series_in_the_hands_of_two_pcs(tmp_path: Path) -> None:
    """MTG-1..4: one meeting prepared twice is told and one of them voided; answers and resolutions of both PCs stand."""
    one = first_pc(tmp_path / "a", tmp_path / "share")
    series = one.desk.do(
        "meeting_series.save",
        {"title": "周例会", "first_at": "6.15 9:00", "chair": "赵总", "people": "李强、陈静", "agenda": "上周销售 20"},
    ).uid
    one.sync()
    two = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(one, two)
    made = []
    for pc in (one, two):
        made.append(pc.desk.do("meeting_series.prepare", {"uid": series}).uid)
        pc.later()
    everybody(one, two)
    same(one, two)
    assert all("这一次有 HY2606A-0001、HY2606B-0001 两条" in told(pc) and "另一条作废" in told(pc) for pc in (one, two))
    two.desk.do("meeting.void", {"uid": made[1]})
    everybody(one, two)
    assert one.desk.dump() == two.desk.dump() and "这一次有" not in told(one)

    people = {p["name"]: p["uid"] for p in one.desk.lines("meeting_person", made[0])}
    one.desk.do("meeting.tell_all", {"uid": made[0]})
    everybody(one, two)
    one.desk.do("invite.answer", {"uid": people["李强"]})
    two.desk.do("invite.answer", {"uid": people["陈静"], "answer": "不来"})
    for pc, text in ((one, "补库存"), (two, "报新价")):
        line = {"kind": "任务", "text": text, "owner": "李强", "due": "6.20"}
        pc.desk.do("minutes.write", {"uid": made[0], "resolutions": [line], "shown": ""})
        pc.later()
    everybody(one, two)
    assert one.desk.dump() == two.desk.dump()
    for pc in (one, two):
        row = pc.desk.row("meeting", made[0]) or {}
        assert (row["acked"], row["invited"], row["knowing"]) == (2, 3, 6667)
        assert sorted(r["text"] for r in pc.desk.rows("resolution")) == ["报新价", "补库存"]
    one.desk.close()
    two.desk.close()
