"""The command line: answers, exit codes, filters, the long-lived listener, and consoles that are not UTF-8."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from salesdesk import __main__ as program
from salesdesk.cli import speech
from salesdesk.desk import DATA_FILE, Desk, open_desk
from salesdesk.domain.clock import FixedClock
from tests.desks import NOON, order_args, small_desk

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def problems(self) -> Any:
        return json.loads(self.err)


Command = Callable[..., Said]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company made once; tests work on copies. Today's backup counts as made, which saves time."""
    folder = tmp_path_factory.mktemp("company") / "data"
    small_desk(folder).close()
    return _backed_up(folder)


@pytest.fixture(scope="session")
def busy_company(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with three orders: a confirmed one, a draft due later, and a small one of the other customer."""
    folder = tmp_path_factory.mktemp("busy") / "data"
    shutil.copytree(company, folder)
    desk = open_desk(folder, FixedClock(NOON))
    desk.do("order.confirm", order_args(("P10012", "10", "48.6"), ("P20031", "100", "3.2")))
    desk.do("order.save", order_args(("P10013", "4", "92.5"), due="2026-07-06"))
    desk.do("order.save", order_args(("P20031", "50", "3.2"), customer="C00043", due="2026-06-22"))
    desk.close()
    return _backed_up(folder)


def _backed_up(folder: Path) -> Path:
    (folder / "backups").mkdir(exist_ok=True)
    (folder / "backups" / f"salesdesk-{datetime.now():%Y%m%d}-000000.db").touch()
    return folder


@pytest.fixture
def command(
    company: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in this process on a small company; `heard` is its standard input."""
    shutil.copytree(company, tmp_path / "data")

    def run(*argv: str, heard: str | bytes = b"") -> Said:
        raw = heard.encode() if isinstance(heard, str) else heard
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        code = program.main(["--data", str(tmp_path / "data"), *argv])
        said = capsysbinary.readouterr()
        return Said(code, said.out.decode(), said.err.decode())

    return run


def process(*argv: str, heard: str = "", **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as its own process."""
    return subprocess.run(
        [sys.executable, "-m", "salesdesk", *argv],
        cwd=ROOT,
        input=heard.encode(),
        capture_output=True,
        env={**os.environ, **env},
    )


# -- do ----------------------------------------------------------------------------------------------------------------


def test_a_verb_answers_with_uid_and_message(command: Command) -> None:
    said = command("do", "customer.save", '{"name": "南京汐禾泵业有限公司"}')
    assert said.code == 0
    assert said.json["ok"] and said.json["uid"] and "新建客户" in said.json["message"]
    assert command("show", "customer", said.json["uid"], "--json").json["name"] == "南京汐禾泵业有限公司"


def test_arguments_come_from_standard_input_or_a_file(command: Command, tmp_path: Path) -> None:
    assert command("do", "customer.save", "-", heard='{"name": "甲"}').code == 0
    file = tmp_path / "参数.json"
    file.write_bytes('﻿{"name": "乙"}'.encode())
    assert command("do", "customer.save", f"@{file}").code == 0
    missing = command("do", "customer.save", "@没有这个文件.json")
    assert missing.code == 2 and missing.problems[0]["code"] == "no_file"


def test_a_refusal_is_exit_2_with_problems_on_standard_error(command: Command) -> None:
    said = command(
        "do", "order.confirm", json.dumps({"customer": "C00042", "due_date": "+9", "lines": [{"product": "P10012"}]})
    )
    assert said.code == 2 and said.out == ""
    assert {p["path"] for p in said.problems if p["severity"] == "stop"} == {"lines/0/qty", "lines/0/price"}
    assert all(p["message"] and p["cure"] and p["place"] for p in said.problems)


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["do", "order.confrim", "{}"], "unknown_verb"),
        (["do", "customer.save", "{bad"], "bad_json"),
        (["do", "customer.save", "[1]"], "bad_json"),
        (["do"], "required"),
        (["sell"], "usage"),
        (["show"], "usage"),
        (["show", "sales_order", "--limit", "viele"], "usage"),
        (["settings", "ui.colour"], "unknown_setting"),
        (["settings", "operator.role", "boss"], "bad_value"),
        (["print", "invoice", "1"], "unknown_paper"),
        (["import", "route_slip", "x.xlsx"], "no_verb"),
        (["undo", "999"], "unknown_operation"),
    ],
)
def test_what_is_mistyped_is_refused_with_a_cure(command: Command, argv: list[str], code: str) -> None:
    said = command(*argv)
    assert said.code == 2
    assert [p["code"] for p in said.problems] == [code]
    assert said.problems[0]["cure"]


def test_a_misspelt_verb_is_told_the_nearest(command: Command) -> None:
    assert "order.confirm" in command("do", "order.confrim", "{}").problems[0]["cure"]


def test_the_program_documents_its_verbs(command: Command) -> None:
    catalogue = {v["verb"]: v for v in command("do", "--list", "--json").json}
    save = catalogue["order.save"]
    assert save["title"] == "存草稿" and save["role"] == "内勤"
    params = {p["key"]: p for p in save["params"]}
    assert params["customer"]["entity"] == "customer"
    assert {f["key"] for f in params["lines"]["fields"]} >= {"product", "qty", "price"}
    assert catalogue["order.park"]["params"][1]["required"]
    plain = command("do", "--list").out
    assert all(verb in plain for verb in catalogue)
    assert [v["verb"] for v in command("do", "--list", "order.save", "--json").json] == ["order.save"]


def test_lines_are_answered_one_by_one_and_a_bad_one_stops_nothing(command: Command) -> None:
    heard = "\n".join(
        [
            '{"verb": "customer.save", "args": {"name": "第一家"}}',
            "",
            '{"verb": "customer.save", "args": ',
            '{"verb": "customer.save", "args": {"name": "第一家"}}',
            '{"args": {}}',
            '"just a text"',
            "   ",
            '{"verb": "customer.save", "args": {"name": "第二家"}}',
        ]
    )
    said = command("do", "-", heard=heard)
    assert said.code == 0
    assert [a["ok"] for a in said.lines] == [True, False, False, False, False, True]
    assert [a["problems"][0]["code"] for a in said.lines if not a["ok"]] == [
        "bad_json",
        "duplicate",
        "required",
        "bad_json",
    ]


def test_a_line_from_a_chinese_console_is_understood(command: Command) -> None:
    heard = '{"verb": "customer.save", "args": {"name": "苏州澹朗"}}\n'.encode("gbk")
    assert command("do", "-", heard=heard).lines[0]["ok"]
    assert command("show", "customer", "苏州澹朗", "--json").code == 0


def test_an_answer_comes_after_the_commit_and_before_the_next_line(company: Path, tmp_path: Path) -> None:
    """Another process sees what was answered, while the first one still listens."""
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-m", "salesdesk", "do", "-", "--data", str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdin and running.stdout
        running.stdin.write('{"verb": "customer.save", "args": {"name": "已提交"}}\n'.encode())
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["ok"]
        seen = process("show", "customer", "已提交", "--json", "--data", str(tmp_path))
        assert json.loads(seen.stdout)["name"] == "已提交"
        running.stdin.close()
        assert running.wait() == 0


# -- show --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def orders(busy_company: Path, tmp_path: Path, command: Command) -> Command:
    """Commands on the company with three orders."""
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(busy_company, tmp_path / "data")
    return command


@pytest.mark.parametrize(
    ("where", "amounts"),
    [
        (["stage=confirmed"], ["806.00"]),
        (["状态=草稿"], ["370.00", "160.00"]),
        (["stage!=draft"], ["806.00"]),
        (["due_date<=2026-06-22"], ["806.00", "160.00"]),
        (["交货日期>2026-06-18", "amount<300"], ["160.00"]),
        (["amount>=370"], ["806.00", "370.00"]),
        (["金额≥370"], ["806.00", "370.00"]),
        (["customer=C00042"], ["806.00", "370.00"]),
        (["客户~长安"], ["160.00"]),
        (["stage~发货"], ["806.00"]),
        (["number~0002"], ["370.00"]),
        (["customer_po="], ["806.00", "370.00", "160.00"]),
        (["confirmed_at!="], ["806.00"]),
    ],
)
def test_filters(orders: Command, where: list[str], amounts: list[str]) -> None:
    argv = [part for one in where for part in ("--where", one)]
    said = orders("show", "sales_order", *argv, "--sort", "number", "--json")
    assert [row["amount"] for row in said.json] == amounts


def test_text_sort_limit_and_fields(orders: Command) -> None:
    assert [r["customer.name"] for r in orders("show", "销售订单", "--text", "ca", "--json").json] == [
        "重庆长安阀门经营部"
    ]
    assert [r["amount"] for r in orders("show", "sales_order", "--sort=-amount", "--limit", "2", "--json").json] == [
        "806.00",
        "370.00",
    ]
    [row] = orders("show", "sales_order", "--limit", "1", "--fields", "number,客户", "--json").json
    assert set(row) == {"uid", "number", "customer", "customer.name"}


def test_one_record_by_number_with_its_lines(orders: Command) -> None:
    found = orders("show", "sales_order", "XS2606A-0001", "--lines", "--json").json
    assert found["stage"] == "confirmed" and found["seen"] > 0
    assert [(line["product.name"], line["qty"]) for line in found["lines"]["order_line"]] == [
        ("不锈钢球阀 DN25", "10"),
        ("四氟垫片 DN50", "100"),
    ]
    assert found == {**orders("show", "sales_order", found["uid"], "--json").json, "lines": found["lines"]}


def test_a_table_for_people(orders: Command) -> None:
    said = orders("show", "sales_order", "--where", "stage=confirmed")
    head, row, count = said.out.splitlines()
    assert "订单号" in head and "XS2606A-0001" in row and "806.00" in row and count == "共 1 条销售订单"
    assert "不锈钢球阀 DN25" in orders("show", "sales_order", "XS2606A-0001", "--lines").out


@pytest.mark.parametrize(
    ("argv", "code", "cure"),
    [
        (["show", "custmer"], "unknown_entity", "customer"),
        (["show", "订单"], "unknown_entity", "sales_order"),
        (["show", "customer", "--where", "nmae=x"], "unknown_field", "name"),
        (["show", "customer", "--sort", "nmae"], "unknown_field", "name"),
        (["show", "customer", "--fields", "nmae"], "unknown_field", "name"),
        (["show", "customer", "--where", "name"], "bad_condition", "stage=part"),
        (["show", "sales_order", "--where", "amount~3"], "bad_condition", "="),
        (["show", "sales_order", "--where", "due_date<=哪天"], "bad_value", ""),
        (["show", "sales_order", "--where", "stage=没有"], "bad_value", "部分发货"),
        (["show", "sales_order", "--where", "customer=没有这家"], "unknown_record", "~"),
        (["show", "customer", "华源贸"], "unknown_record", "苏州华源贸易有限公司"),
    ],
)
def test_what_cannot_be_shown_is_told_with_the_nearest_name(
    command: Command, argv: list[str], code: str, cure: str
) -> None:
    said = command(*argv, "--json")
    assert said.code == 2
    assert said.problems[0]["code"] == code
    assert cure in said.problems[0]["cure"]


def test_voided_records_are_shown_on_request(command: Command) -> None:
    uid = command("do", "customer.save", '{"name": "要作废的"}').json["uid"]
    command("do", "customer.void", json.dumps({"uid": uid}))
    assert not [r for r in command("show", "customer", "--json").json if r["uid"] == uid]
    assert next(r for r in command("show", "customer", "--voided", "--json").json if r["uid"] == uid)["void"] is True
    assert command("show", "customer", uid, "--json").json["void"] is True


# -- history, undo, dump, settings -------------------------------------------------------------------------------------


def test_history_undo_and_redo(command: Command) -> None:
    found = command("show", "customer", "C00042", "--json").json
    command("do", "customer.save", json.dumps({"uid": found["uid"], "region": "华东"}))
    entries = command("history", "customer", "C00042", "--json").json
    assert entries[0]["changes"][0]["title"] == "区域" and entries[0]["changes"][0]["after"] == "华东"
    assert "华东" in command("history", "customer", "C00042").out
    assert command("undo").json["ok"]
    assert command("show", "customer", "C00042", "--json").json["region"] == found["region"]
    assert command("redo").json["ok"]
    assert command("show", "customer", "C00042", "--json").json["region"] == "华东"
    assert command("undo", str(entries[0]["op"])).code == 0


def test_dump_is_canonical(command: Command) -> None:
    first = command("dump").out
    told = json.loads(first)
    assert list(told) == sorted(told) and {"customer", "sales_order", "stock_move"} <= set(told)
    assert [r["uid"] for r in told["customer"]] == sorted(r["uid"] for r in told["customer"])
    assert command("dump").out == first


def test_settings_are_read_and_changed(command: Command) -> None:
    assert command("settings", "company.name", "苏州柏嵘").json["value"] == "苏州柏嵘"
    assert command("settings", "company.name").json["value"] == "苏州柏嵘"
    assert command("settings", "print.dx", "1.5").json["value"] == 1.5
    assert "单位名称" in command("settings").out


# -- serve -------------------------------------------------------------------------------------------------------------


def test_serve_interleaves_commands_and_echoes_the_id(command: Command) -> None:
    requests: list[Any] = [
        {"id": 1, "cmd": "do", "verb": "customer.save", "args": {"name": "穿插一家"}},
        {"id": "b", "cmd": "show", "entity": "customer", "where": ["name~穿插"]},
        {"verb": "customer.save", "args": {"name": "穿插一家"}},
        {"id": 4, "cmd": "show", "entity": "客户", "uid": "C00042", "lines": True},
        {"id": 5, "cmd": "dump"},
        {"id": 6, "cmd": "sync"},
        {"id": 7, "cmd": "fly"},
        {"id": 8, "cmd": "undo"},
        {"id": 9, "cmd": "show", "entity": "customer", "text": "穿插"},
        {"id": 10, "cmd": "history", "entity": "customer", "uid": "C00042"},
        {"id": 11, "cmd": "redo"},
        {"id": 12, "cmd": "show", "entity": "customer", "limit": "zwei"},
        {"id": 13, "cmd": "todos"},
        {"id": 14, "cmd": "quit"},
        {"id": 15, "cmd": "dump"},
    ]
    heard = "\n".join(json.dumps(r, ensure_ascii=False) for r in requests)
    answers = command("serve", heard=heard + "\n").lines
    assert [a.get("id") for a in answers] == [1, "b", None, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    told = {a.get("id"): a for a in answers}
    assert told["b"]["rows"][0]["uid"] == told[1]["uid"]
    assert told[None]["problems"][0]["code"] == "duplicate"
    assert told[4]["row"]["code"] == "C00042" and told[4]["row"]["lines"]["customer_contact"] == []
    assert any(r["name"] == "穿插一家" for r in told[5]["dump"]["customer"])
    assert told[6]["ok"] is False and "同步" in told[6]["problems"][0]["message"]
    assert told[7]["problems"][0]["code"] == "unknown_command"
    assert told[8]["ok"] and told[9]["rows"] == []
    assert told[10]["history"][0]["title"].startswith("新建客户")
    assert told[12]["problems"][0]["path"] == "limit"
    assert told[13]["ok"] and isinstance(told[13]["todos"], list)
    assert told[14] == {"id": 14, "ok": True}


@pytest.mark.expected_log("a request failed")
def test_serve_survives_our_own_defect(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Desk) -> str:
        raise RuntimeError("planted")

    monkeypatch.setattr(Desk, "dump", broken)
    answers = command("serve", heard='{"id": 1, "cmd": "dump"}\n{"id": 2, "cmd": "show", "entity": "customer"}\n').lines
    assert answers[0]["ok"] is False and answers[0]["problems"][0]["code"] == "defect"
    assert answers[1]["ok"] is True


# -- exit codes and the environment ------------------------------------------------------------------------------------


@pytest.mark.expected_log("defect in command")
def test_our_defect_is_exit_1_with_one_sentence_and_the_story_in_the_log(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Desk) -> str:
        raise RuntimeError("planted")

    monkeypatch.setattr(Desk, "dump", broken)
    said = command("dump")
    assert said.code == 1 and said.out == ""
    assert "程序内部出错" in said.err and len(said.err.splitlines()) == 1
    story = (tmp_path / "data" / "logs" / "salesdesk.log").read_text(encoding="utf-8")
    assert "RuntimeError: ⟦planted⟧" in story and "Traceback" in story


@pytest.mark.expected_log("defect in command")
def test_a_window_a_part_of_which_is_missing_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As when a virus scanner has taken a library away."""

    def gone() -> None:
        raise ImportError("DLL load failed while importing QtWidgets")

    monkeypatch.setattr("salesdesk.__main__.load_parts", gone)
    assert program.main(["--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "重新安装" in said and "salesdesk.log" in said and "Traceback" not in said


def test_a_damaged_file_is_exit_3_with_message_and_cure(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / DATA_FILE).write_bytes("这不是数据库".encode() * 500)
    assert program.main(["dump", "--data", str(tmp_path)]) == 3
    told = json.loads(capsysbinary.readouterr().err)
    assert "损坏" in told["message"] and told["cure"]


def test_a_folder_that_is_a_file_is_exit_3(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    assert program.main(["dump", "--data", str(tmp_path / "文件")]) == 3
    assert json.loads(capsysbinary.readouterr().err)["cure"]


def test_a_second_writer_waits_five_seconds_and_gives_up_with_exit_3(company: Path, tmp_path: Path) -> None:
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    desk = open_desk(tmp_path)
    line = '{"verb": "customer.save", "args": {"name": "等不到"}}'
    with desk.database.local() as work, ThreadPoolExecutor() as both:
        work.execute("UPDATE now SET letter = letter")
        once = both.submit(process, "do", "customer.save", '{"name": "等不到"}', "--data", str(tmp_path))
        stream = both.submit(process, "do", "-", "--data", str(tmp_path), heard=line)
        done, loop = once.result(), stream.result()
    desk.close()
    assert done.returncode == 3
    assert "占用" in json.loads(done.stderr)["message"]
    answer = json.loads(loop.stdout)
    assert (
        loop.returncode == 0
        and answer["ok"] is False
        and answer["fault"]["cure"]
        and answer["problems"][0]["code"] == "environment"
    )
    assert json.loads(process("show", "customer", "--text", "等不到", "--json", "--data", str(tmp_path)).stdout) == []


def test_a_gbk_console_gets_utf8_json_and_no_crash(company: Path, tmp_path: Path) -> None:
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    name = "宁波🚰龘泵业"
    made = process(
        "do",
        "customer.save",
        json.dumps({"name": name}),
        "--data",
        str(tmp_path),
        PYTHONIOENCODING="gbk",
        PYTHONUTF8="0",
    )
    assert made.returncode == 0
    assert name in json.loads(made.stdout.decode("utf-8"))["message"]
    table = process("show", "customer", "--data", str(tmp_path), PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert table.returncode == 0 and "宁波?龘泵业" in table.stdout.decode("gbk")
    refused = process("show", "没有🚰", "--data", str(tmp_path), PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert refused.returncode == 2 and "没有🚰" in json.loads(refused.stderr.decode("utf-8"))[0]["message"]


def test_a_reader_that_has_seen_enough_is_no_fault(company: Path, tmp_path: Path) -> None:
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    argv = [sys.executable, "-m", "salesdesk", "serve", "--data", str(tmp_path)]
    with subprocess.Popen(
        argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin and running.stdout and running.stderr
        running.stdout.close()
        running.stdin.write(b'{"cmd": "dump"}\n' * 3)
        running.stdin.close()
        assert running.wait() == 0
        assert running.stderr.read() == b""


class ClosedPipe(io.RawIOBase):
    """Standard output whose reader has gone, as Windows tells it: not EPIPE but EINVAL."""

    gone = True

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self.gone:
            raise OSError(errno.EINVAL, "Invalid argument")
        return len(data)

    def fileno(self) -> int:
        return 1


@pytest.mark.parametrize(
    "argv", [["--help"], ["show", "customer"], ["dump"], ["do", "customer.save", '{"name": "x"}']], ids=lambda a: a[0]
)
def test_a_reader_that_has_gone_on_windows_is_no_fault(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    shutil.copytree(company, tmp_path, dirs_exist_ok=True)
    hushed: list[bool] = []
    monkeypatch.setattr(speech, "hush", lambda: hushed.append(True))
    pipe = ClosedPipe()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(pipe), encoding="gbk"))
    assert program.main(["--data", str(tmp_path), *argv]) == 0 and hushed
    pipe.gone = False  # what waits goes when the stream does


def test_an_invalid_argument_of_something_else_is_still_told(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(Desk, "dump", broken)
    assert command("dump").code == 3


def test_help_to_a_reader_that_has_gone(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "salesdesk", "--help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout and running.stderr
        running.stdout.close()
        assert running.wait() == 0 and running.stderr.read() == b""


def test_help_and_version_speak_chinese(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert program.main(["--help"]) == 0
    told = capsysbinary.readouterr().out.decode()
    assert "销售内勤工作台" in told and "退出码" in told and "--data" in told
    assert program.main(["--version"]) == 0
    assert capsysbinary.readouterr().out.strip()


def test_the_data_folder_may_stand_before_or_after_or_in_the_environment(
    company: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(company, tmp_path / "中文 文件夹")
    place = str(tmp_path / "中文 文件夹")
    program.main(["--data", place, "show", "customer", "C00042", "--json"])
    before = capsysbinary.readouterr().out
    program.main(["show", "customer", "C00042", "--json", "--data", place])
    monkeypatch.setenv("SALESDESK_DATA", place)
    program.main(["show", "customer", "C00042", "--json"])
    assert capsysbinary.readouterr().out == before * 2
    assert json.loads(before)["code"] == "C00042"


def test_without_a_command_the_window_opens_on_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(program, "open_window", lambda folder: opened.append(folder) or 0)
    assert program.main(["--data", str(tmp_path / "新")]) == 0
    assert opened == [tmp_path / "新"]


# -- keeping and printing ----------------------------------------------------------------------------------------------


def test_check_backup_and_restore(command: Command, tmp_path: Path) -> None:
    assert command("check").out.startswith("数据完好")
    made = Path(command("backup", str(tmp_path / "u盘")).json["file"])
    assert made.parent == tmp_path / "u盘" and made.exists()
    command("do", "customer.save", '{"name": "备份之后"}')
    restored = command("restore", str(made)).json
    assert Path(restored["kept"]).exists()
    assert command("show", "customer", "备份之后").code == 2
    assert command("check", "--json").json["ok"] is True
    assert command("restore", str(tmp_path / "没有.db")).code == 2


def test_a_check_that_finds_something_is_exit_2(command: Command, tmp_path: Path) -> None:
    from salesdesk.persistence.database import connect

    raw = connect(tmp_path / "data" / DATA_FILE)
    raw.execute("UPDATE product SET on_hand = 5 WHERE code = 'P10012'")
    raw.close()
    said = command("check")
    assert said.code == 2 and "不锈钢球阀 DN25" in said.out
    assert command("check", "--json").json["problems"][0]["code"] == "derived"


def test_a_paper_is_printed_by_its_number(orders: Command, tmp_path: Path) -> None:
    out = tmp_path / "出.pdf"
    said = orders("print", "order", "XS2606A-0001", "--paper", "A4", "--out", str(out)).json
    assert said["data"]["nth"] == 1 and out.read_bytes().startswith(b"%PDF")
    assert orders("print", "order", "XS2606A-0001", "--preview", "--out", str(out)).json["data"]["nth"] == 2
    assert orders("print", "order", "XS9999A-0001").code == 2


def test_registers_go_out_to_excel_and_come_back(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "客户.xlsx"
    assert command("export", "客户", str(file)).code == 0
    assert file.read_bytes()[:2] == b"PK"
    assert command("import", "customer", str(file)).code == 0


class TestNonsense:
    def test_a_listener_outlives_every_odd_line(self, command: Command) -> None:
        """Halves of characters, numbers beyond all reason, the wrong shapes: every line gets its answer, none is our defect."""
        lines = [
            "\\xff{",
            '{"cmd": ["a"]}',
            '{"cmd": "do", "verb": ["a"]}',
            '{"verb": "customer.save", "args": {"name": "\\ud800"}}',
            '{"verb": "customer.save", "args": {"name": "甲\\u0000乙", "note": "一\\u0000二"}}',
            '{"cmd": "show", "entity": ["a"]}',
            '{"cmd": "show", "entity": "customer", "limit": 99999999999999999999999999}',
            '{"cmd": "show", "entity": "customer", "uid": "\\ud800"}',
            '{"cmd": "show", "entity": "customer", "text": "\\ud800 甲"}',
            '{"cmd": "show", "entity": "customer", "where": ["name~\\ud800"]}',
            '{"cmd": "history", "entity": "customer", "uid": {"a": 1}}',
            '{"cmd": "undo", "op": 1e300}',
            '{"cmd": "show", "entity": "customer", "uid": "' + "长" * 50_000 + '"}',
            '{"a":' * 50_000,
            '{"cmd": "show", "entity": "customer", "where": ["name=甲乙"], "fields": ["note"]}',
        ]
        said = command("serve", heard="\n".join(lines))
        assert len(said.lines) == len(lines)
        codes = [p["code"] for told in said.lines for p in told.get("problems", ())]
        assert "defect" not in codes and "environment" not in codes
        assert [r["note"] for r in said.lines[-1]["rows"]] == ["一二"]
        assert command("check").code == 0

    def test_the_database_of_another_program_is_left_alone(self, tmp_path: Path, command: Command) -> None:
        from sqlcipher3 import dbapi2

        file = tmp_path / "data" / DATA_FILE
        file.unlink()
        raw = dbapi2.connect(str(file))
        raw.execute("CREATE TABLE songs(title)")
        raw.commit()
        raw.close()
        before = file.read_bytes()
        said = command("check")
        assert said.code == 3 and "别的程序的数据库" in said.err
        assert file.read_bytes()[100:] == before[100:]

    def test_the_systems_own_english_reaches_nobody(self, tmp_path: Path) -> None:
        (tmp_path / "文件").write_text("", encoding="utf-8")
        said = process("--data", str(tmp_path / "文件"), "check")
        told = said.stderr.decode()
        assert said.returncode == 3 and "File exists" not in told and "Not a directory" not in told
