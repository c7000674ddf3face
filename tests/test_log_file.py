"""The log of a run is kept, rolled when it is full, and its lack stops nobody."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from salesdesk.log_file import FULL_BYTES, KEPT, covered, logging_to
from tests.windows_files import as_on_windows

LOG = logging.getLogger("salesdesk.trial")


def test_what_is_logged_goes_to_the_file_of_this_run(tmp_path: Path) -> None:
    with logging_to(tmp_path, "one.log"):
        logging.getLogger("salesdesk.trial").info("订单 %s", 7)
    logging.getLogger("salesdesk.trial").info("不在里面")
    text = (tmp_path / "logs" / "one.log").read_text(encoding="utf-8")
    assert "订单 7" in text and "不在里面" not in text


def test_a_full_log_is_rolled_at_the_start_and_the_oldest_dropped(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "one.log"
    log.parent.mkdir()
    for n in range(KEPT + 3):
        log.write_text(f"{n}" + "x" * FULL_BYTES, encoding="utf-8")
        with logging_to(tmp_path, "one.log"):
            pass
    kept = {p.name: p.read_text(encoding="utf-8")[0] for p in log.parent.iterdir()}
    assert kept == {f"one.log.{n}": str(KEPT + 3 - n) for n in range(1, KEPT + 1)}


def test_a_folder_that_cannot_be_written_gets_no_log(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be", encoding="utf-8")
    with logging_to(tmp_path, "one.log"):
        logging.getLogger("salesdesk.trial").info("nowhere")


def test_a_log_that_grows_full_while_it_runs_is_rolled_too(tmp_path: Path) -> None:
    with logging_to(tmp_path, "one.log"):
        for _ in range(11):
            LOG.info("long enough %s", "x" * (FULL_BYTES // 10))
    sizes = {p.name: p.stat().st_size for p in (tmp_path / "logs").iterdir()}
    assert set(sizes) == {"one.log", "one.log.1"} and max(sizes.values()) <= FULL_BYTES * 1.1


def test_a_log_somebody_holds_open_grows_on_and_the_older_ones_stay(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "one.log"
    log.parent.mkdir()
    log.write_text("x" * (FULL_BYTES + 1), encoding="utf-8")
    for n in range(1, KEPT + 1):
        log.with_name(f"one.log.{n}").write_text(f"{n}", encoding="utf-8")
    with as_on_windows(), log.open("a", encoding="utf-8"), logging_to(tmp_path, "one.log"):
        for n in range(KEPT + 2):
            LOG.info("record %s", n)
    kept = {p.name: p.read_text(encoding="utf-8") for p in log.parent.iterdir()}
    assert all(kept[f"one.log.{n}"] == f"{n}" for n in range(1, KEPT + 1))
    assert f"record {KEPT + 1}" in kept["one.log"]


def test_a_log_that_cannot_be_opened_stops_no_work(tmp_path: Path) -> None:
    """Locked by another program, or read-only: the folder is fine, the file is not."""
    (tmp_path / "logs" / "one.log").mkdir(parents=True)
    with logging_to(tmp_path, "one.log"):
        LOG.info("nowhere")


DATA = ("苏州华源", "电话 13812886021", "王芳\n2026-06-12 12:00:00,000 INFO salesdesk.x · 王芳⟧ 长安")


def fail(customer: str, note: str, words: str) -> None:
    try:
        raise KeyError(customer)
    except KeyError as error:
        error.add_note(note)
        raise ValueError(words) from error


def test_what_comes_from_the_data_is_marked_and_covered_in_a_copy(tmp_path: Path, expected_log: object) -> None:
    expected_log("it failed")  # type: ignore[operator]
    with logging_to(tmp_path, "one.log"):
        LOG.info("file %s of %d bytes, %r", "华源.xlsx", 812, "⟦王芳")
        logging.getLogger("stranger").info("a library tells 13812886021")
        LOG.info("by name %(who)s", {"who": "王芳"})
        try:
            fail(*DATA)
        except ValueError:
            LOG.exception("it failed")
    text = (tmp_path / "logs" / "one.log").read_text(encoding="utf-8")
    assert "华源.xlsx" in text and "13812886021" in text  # here it is all there
    sent = covered(text)
    for secret in ("华源", "王芳", "1381288", "长安"):
        assert secret not in sent
    for kept in (
        "file ⟦7⟧ of 812 bytes, ⟦3⟧",
        "by name ⟦2⟧",
        "it failed",
        "builtins.KeyError: ⟦",
        "builtins.ValueError: ⟦",
        "in fail",
    ):
        assert kept in sent


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-12 12:00:00,000 INFO salesdesk.x: 王芳 written by an older program\nwith 王芳 below\n",
        "王芳 before any record\n",
        "2026-06-12 12:00:00,000 INFO salesdesk.x · cut off ⟦王芳",
    ],
)
def test_what_no_mark_protects_does_not_leave(text: str) -> None:
    assert "王芳" not in covered(text)
