"""`salesdesk voucher read`: one object for each file, null where nothing was said, exit codes, tables and progress."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from salesdesk import __main__ as program
from salesdesk.cli import vouchers as command
from tests import vouchers_made as made
from tests.services.pdf_reading import texts_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four files: an invoice, a ticket, a paper that is none, and one behind a password."""
    place = tmp_path / "票"
    place.mkdir()
    (place / "1发票.pdf").write_bytes(made.full_invoice().pdf())
    (place / "2车票.ofd").write_bytes(made.rail_ticket().ofd("xml"))
    (place / "3行程单.pdf").write_bytes(made.trip_list())
    (place / "4加密.pdf").write_bytes(made.locked())
    return place


def run(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, *argv: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = program.main(["--data", str(tmp_path / "data"), "voucher", "read", *argv])
    said = capsysbinary.readouterr()
    return code, said.out.decode(), said.err.decode()


def test_one_object_for_each_file_and_the_batch_goes_on(
    folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    names = sorted(str(path) for path in folder.iterdir())
    code, out, err = run(capsysbinary, tmp_path, *names, str(folder / "没有.pdf"), "--json")
    told: list[dict[str, Any]] = json.loads(out)
    assert (code, err) == (0, "")
    assert [one["file"] for one in told] == [*names, str(folder / "没有.pdf")]
    assert (told[0]["total"], told[0]["code"], told[0]["kind"]) == ("106.00", None, "full_ordinary")
    assert (told[1]["kind"], told[1]["total"], told[1]["legs"][0]["carrier"]) == ("rail", "56.00", "G7001")
    assert [one["findings"][0]["code"] for one in told[2:]] == ["not_invoice", "encrypted", "unreadable"]
    assert not (tmp_path / "data" / "salesdesk.db").exists(), "reading needs no data file"


def test_people_get_a_table(folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, _ = run(capsysbinary, tmp_path, str(folder))
    assert code == 0
    assert "数电普票" in out and "106.00" in out and "不是发票" in out and "共 4 张" in out


def test_no_file_at_all_is_refused(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for argv in ([str(tmp_path / "没有.pdf")], [str(tmp_path / "*.ofd"), "--json"]):
        code, out, err = run(capsysbinary, tmp_path, *argv)
        assert (code, out) == (2, "")
        assert json.loads(err)[0]["code"] == "no_files"


def test_patterns_folders_and_archives(
    folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (folder / "两张.zip").write_bytes(
        made.zipped({"a.xml": made.full_invoice(n=1).xml(), "b.xml": made.full_invoice(n=2).xml()})
    )
    _, out, _ = run(capsysbinary, tmp_path, str(folder / "*.zip"), "--json")
    told = json.loads(out)
    assert [one["file"] for one in told] == [f"{folder / '两张.zip'}/a.xml", f"{folder / '两张.zip'}/b.xml"]
    assert len({one["number"] for one in told}) == 2


def test_long_batches_tell_how_far_they_are(
    folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "LONG", 3)
    _, out, err = run(capsysbinary, tmp_path, str(folder), "--json")
    assert "已读 4/4 个文件" in err
    assert len(json.loads(out)) == 4


def test_ocr_is_refused_where_it_is_not_installed(
    folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from salesdesk.services.vouchers import ocr

    monkeypatch.setattr(ocr, "available", lambda: False)
    code, _, err = run(capsysbinary, tmp_path, str(folder), "--ocr")
    assert (code, json.loads(err)[0]["code"]) == (2, "no_ocr")


def test_the_files_are_printed_in_their_order(
    folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (folder / "1发票.xml").write_bytes(made.full_invoice().xml())
    out = tmp_path / "好.pdf"
    code = program.main(["--data", str(tmp_path / "data"), "voucher", "print", str(folder), "--out", str(out)])
    said = capsysbinary.readouterr()
    assert code == 0 and "4 份票据" in said.out.decode()  # the XML of a printed invoice is left out
    assert "「4　4加密」没有印出来" in said.err.decode()
    texts = texts_of(out.read_bytes())
    assert "1　¥106.00　数电普票" in texts[0] and "2　¥56.00　铁路电子客票" in texts[0]
    assert "行程单" in texts[1] and "密码" in texts[2]


def test_printing_nothing_is_refused(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert program.main(["voucher", "print", str(tmp_path / "没有.pdf")]) == 2
    assert json.loads(capsysbinary.readouterr().err)[0]["code"] == "no_files"
