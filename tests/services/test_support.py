"""The bundle for the maintainer tells what a maintainer needs and not one word of the company's data (issue 7; SYS-7)."""

from __future__ import annotations

import json
import logging
import zipfile
from pathlib import Path

import pytest

from salesdesk.__main__ import main
from salesdesk.desk import support_bundle
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.log_file import logging_to
from salesdesk.persistence.database import connect
from tests.desks import order_args, small_desk

PLANTED = (
    "苏州华源", "华源", "重庆长安", "长安", "王芳", "陈刚", "李强", "王敏", "138 1288 6021", "13812886021", "星湖街", "不锈钢球阀", "P10012", "C00042", "XS26",
    "安正阀门", "PO-7781", "huayuan", "C:\\Users", "费用说明",
)  # fmt: skip

ASKED = {"customer": "没有这家 重庆长安"}
FAULT = ("C:\\Users\\王敏\\桌面\\苏州华源.xlsx 打不开", "请看王芳")


def members(bundle: Path) -> dict[str, str]:
    with zipfile.ZipFile(bundle) as pack:
        return {name: pack.read(name).decode("utf-8") for name in pack.namelist()}


def test_names_and_phones_planted_everywhere_do_not_leave(tmp_path: Path, expected_log: object) -> None:
    expected_log("defect|unreadable|tells")  # type: ignore[operator]
    folder = tmp_path / "华源的数据"
    desk = small_desk(folder)
    desk.do("order.save", order_args(("P10012", "3", "48.6")) | {"customer_po": "PO-7781", "note": "费用说明 王芳"})
    log = logging.getLogger("salesdesk.trial")
    with logging_to(folder, "window.log"):
        log.info("started on %s (process %s)", folder, 17)
        log.warning("unreadable voucher %s", "苏州华源 发票.pdf")
        logging.getLogger("qt.trial").warning("a widget tells: 王芳 13812886021")
        try:
            desk.do("order.save", ASKED)
        except Exception:
            log.exception("defect in %r", ASKED | {"mail": "wang@huayuan.cn"})
        try:
            raise EnvironmentFault(*FAULT)
        except EnvironmentFault as fault:
            log.info("environment: %s", fault, exc_info=True)
    with (folder / "logs" / "window.log").open("a", encoding="utf-8") as old:
        old.write("2026-06-01 08:00:00,001 INFO salesdesk.x: 以前的程序写的 王芳\n  接着的一行 138 1288 6021\n")
    (folder / "logs" / "王芳.txt").write_text("not ours", encoding="utf-8")
    raw = connect(folder / "salesdesk.db")  # something for the check to name
    for trigger in raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'customer'"
    ).fetchall():
        raw.execute(f'DROP TRIGGER "{trigger[0]}"')
    raw.execute("UPDATE customer SET name = '苏州华源改名' WHERE code = 'C00042'")
    raw.close()
    made = desk.support_bundle()
    desk.close()

    found = members(made)
    for name, text in found.items():
        for word in PLANTED:
            assert word not in text and word not in name, (name, word)
    assert {"README.txt", "machine.json", "data.json", "log/window.log"} <= set(found)
    told = json.loads(found["data.json"])
    assert told["check"]["sound"] is False and told["check"]["found"] and told["rows"]["customer"] == 2
    assert told["last_steps"][0]["verb"] == "order.save"
    assert told["sqlite"].startswith("3.") and json.loads(found["machine.json"])["data_bytes"]["db"] > 0
    assert "defect in ⟦" in found["log/window.log"] and "test_support.py" in found["log/window.log"]
    assert "salesdesk.domain.errors.Refused: ⟦" in found["log/window.log"]


def test_what_python_itself_wrote_of_a_crash_names_no_folder_of_the_user(tmp_path: Path) -> None:
    """It writes other letters than English ones as \\u5f20, and Windows takes no notice of large and small ones."""
    folder = tmp_path / "张三é" / "Sales"
    small_desk(folder).close()
    place = str(folder / "plugin.py")
    told = [place, place.upper(), place.encode("ascii", "backslashreplace").decode()]
    (folder / "logs").mkdir(exist_ok=True)
    lines = [f'  File "{one}", line {number} in draw' for number, one in enumerate(told)]
    (folder / "logs" / "fault.txt").write_text("\n".join(lines), encoding="utf-8")
    text = members(support_bundle(folder))["log/fault.txt"]
    assert text.splitlines() == [
        f'  File "<data>{place[len(str(folder)) :]}", line 0 in draw',
        f'  File "<data>{place[len(str(folder)) :].upper()}", line 1 in draw',
        f'  File "<data>{place[len(str(folder)) :]}", line 2 in draw',
    ]


def test_it_is_made_of_data_that_do_not_open(tmp_path: Path) -> None:
    (tmp_path / "salesdesk.db").write_bytes(b"no database, and the name of \xe7\x8e\x8b\xe8\x8a\xb3 in it " * 200)
    told = json.loads(members(support_bundle(tmp_path))["data.json"])
    assert told == {"not_opened": "FileDamaged"}


def test_the_command_says_where_it_lies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_desk(tmp_path / "data").close()
    assert main(["support", "--data", str(tmp_path / "data")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert json.loads(members(Path(told["file"]))["data.json"])["check"]["sound"] is True


def test_a_folder_that_takes_no_bundle_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "support").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="诊断包"):
        support_bundle(tmp_path)
