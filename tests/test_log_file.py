"""The log of a run is kept, rolled when it is full, and its lack stops nobody."""

from __future__ import annotations

import logging
from pathlib import Path

from salesdesk.log_file import FULL_BYTES, KEPT, logging_to


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
