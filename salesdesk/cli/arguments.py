"""What may be typed after `salesdesk`: the sub-commands and their options, explained in Chinese."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem

_EXIT = "退出码：0 完成，1 程序内部出错，2 内容被拒绝（问题以 JSON 写到标准错误），3 磁盘、锁、共享等环境问题。"


class _Parser(argparse.ArgumentParser):
    """Wrong options are a refusal like any other, told in Chinese with a cure."""

    def error(self, message: str) -> NoReturn:
        raise Refused(Problem(f"命令写得不对：{_chinese(message)}", f"请看 {self.prog} --help", code="usage"))


def _chinese(message: str) -> str:
    for english, chinese in (
        ("the following arguments are required:", "还缺"),
        ("unrecognized arguments:", "不认识"),
        ("expected one argument", "后面要跟一个值"),
        ("expected at least one argument", "后面要跟值"),
        ("invalid int value:", "不是整数："),
        ("invalid choice:", "没有这个选择："),
        ("choose from", "可用的有"),
        ("argument ", ""),
    ):
        message = message.replace(english, chinese)
    return message


def parser() -> argparse.ArgumentParser:
    """The whole command line. `--data` may stand before or after the sub-command."""
    top = _Parser(prog="salesdesk", description="销售内勤工作台。不带命令就打开窗口。", epilog=_EXIT, add_help=False)
    _options(top, None)
    top.add_argument("--version", action="store_true", help="显示版本")
    top.add_argument("--minimized", action="store_true", help="窗口先缩在任务栏里，登录时自动打开用")
    top.add_argument(
        "--selftest", metavar="文件夹", help="自检：在一个空文件夹里把每一页、每一类动作、每一张单据都试一遍，写报告"
    )
    commands = top.add_subparsers(dest="command", metavar="命令", parser_class=_Parser)

    def command(name: str, help: str, note: str = "") -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help, description=note or help, add_help=False)
        _options(one, argparse.SUPPRESS)
        return one

    one = command(
        "do", "执行一个动作", '执行一个动作。动作写 - 就从标准输入逐行读 {"verb": …, "args": {…}}，每行答一行。'
    )
    one.add_argument("verb", nargs="?", metavar="动作", help="例如 order.save；- 表示从标准输入逐行读")
    one.add_argument("args", nargs="?", default="", metavar="JSON", help="参数；- 从标准输入读，@文件 从文件读")
    one.add_argument("--list", action="store_true", help="列出全部动作和参数（可跟动作名只看一个）")
    one.add_argument("--json", action="store_true", help="列表用 JSON")

    one = command("show", "查看记录", "查看一类记录，或其中一条（编号、编码、全名都行）。")
    one.add_argument("entity", metavar="类别", help="例如 sales_order 或 销售订单")
    one.add_argument("record", nargs="?", default="", metavar="记录", help="uid、单号、编码或全名")
    one.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="条件",
        help="如 stage=part、交货日期<=2026-07-01、name~球阀；可写多次",
    )
    one.add_argument("--text", default="", metavar="文字", help="像搜索框一样找，拼音首字母也行")
    one.add_argument("--sort", default="", metavar="字段", help="排序字段，前面加 - 倒序（写成 --sort=-amount）")
    one.add_argument("--limit", type=int, metavar="N", help="最多几条")
    one.add_argument("--fields", default="", metavar="字段,字段", help="只看这些字段")
    one.add_argument("--lines", action="store_true", help="连明细行一起")
    one.add_argument("--voided", action="store_true", help="已作废的也看")
    one.add_argument("--json", action="store_true", help="输出 JSON")

    command(
        "serve",
        "常驻，逐行收发 JSON",
        '常驻进程：每行一个 {"cmd": "do|show|dump|history|undo|redo|todos|sync|device|quit", "id": …}，每行答一行。',
    )
    command("dump", "输出全部共享数据（排好序的 JSON）")

    _syncing(command)

    one = command("history", "一条记录的来龙去脉")
    one.add_argument("entity", metavar="类别")
    one.add_argument("record", metavar="记录")
    one.add_argument("--json", action="store_true", help="输出 JSON")

    one = command("undo", "撤销最近一步，或指定的一步")
    one.add_argument("op", nargs="?", type=int, metavar="操作编号")
    command("redo", "重做刚撤销的一步")

    one = command("settings", "查看或修改设置")
    one.add_argument("key", nargs="?", metavar="名称")
    one.add_argument("value", nargs="?", metavar="值")

    one = command("check", "检查数据文件是否完好，有问题退出码为 2")
    one.add_argument("--json", action="store_true", help="输出 JSON")

    one = command("backup", "备份数据文件并验证")
    one.add_argument("folder", nargs="?", metavar="文件夹", help="不给就放在数据文件夹的 backups 里")
    one.add_argument("--portable", metavar="文件夹", help="连同附件拷到 U 盘或别的文件夹，不带密钥")
    one.add_argument("--drill", action="store_true", help="把最近一份恢复到临时文件夹查一遍，没通过退出码为 2")
    one.add_argument("--list", action="store_true", help="列出已有的备份")
    one.add_argument("--json", action="store_true", help="列表输出 JSON")
    one = command(
        "encrypt", "数据文件加密", "看加没加密（status）、加密（on）、解密（off）、再看恢复码（code）。先关掉窗口。"
    )
    one.add_argument("action", nargs="?", default="status", choices=("status", "on", "off", "code"), metavar="做什么")
    one.add_argument("--code", default="", metavar="恢复码", help="on 用：已经写在纸上的恢复码；不给就先显示一个新的")
    one = command("restore", "用备份恢复；现有的数据文件会另外保留")
    one.add_argument("file", metavar="备份文件", help="一份备份，或便携拷贝的文件夹（附件一起恢复）")

    command("support", "做诊断包：日志、版本、检查结果，不含客户资料；数据打不开也能做")

    one = command("print", "打印成 PDF", "把一张单据打印成 PDF，例如 print delivery SH2606A-0001 --out 送货单.pdf")
    one.add_argument("paper_name", metavar="单据", help="delivery 送货单、route 传递单、order 订单、expense 报销单")
    one.add_argument("record", metavar="单号")
    one.add_argument("--paper", metavar="纸张", help="如 241x140、A5L、A4")
    one.add_argument("--out", metavar="文件", help="PDF 存到哪里")
    one.add_argument("--preview", action="store_true", help="只预览，不计打印次数")

    one = command(
        "report",
        "销售统计报表",
        "一期销售的数字，不写任何东西；给了 --out 就做成报表存成文件（.xlsx、.pdf、.txt），公司自己的表用 --template。",
    )
    one.add_argument("kind", choices=("day", "week", "month", "quarter", "year"), metavar="day|week|month|quarter|year")
    one.add_argument("--period", default="", metavar="期间", help="如 2026-11、2026-W48；不给就是最近过完的")
    one.add_argument("--measure", default="", metavar="口径", help="口径名称；不给就用平时的")
    one.add_argument("--out", metavar="文件", help="存到哪里")
    one.add_argument("--template", metavar="文件", help="公司自己的 Excel 表")
    one.add_argument("--json", action="store_true", help="输出 JSON")

    one = command("import", "导入 Excel")
    one.add_argument("entity", metavar="类别")
    one.add_argument("file", metavar="文件")
    one.add_argument("args", nargs="?", default="", metavar="JSON", help="其他参数")
    one = command("export", "导出 Excel")
    one.add_argument("entity", metavar="类别")
    one.add_argument("file", metavar="文件")
    one.add_argument("args", nargs="?", default="", metavar="JSON", help="其他参数")

    one = command(
        "voucher",
        "读发票、打印发票",
        "读发票文件（XML、OFD、PDF、图片、ZIP），不联网，读不了的文件也各有一条说明；或者把它们排在 A4 上打印（一张两票，车票四张）。",
    )
    one.add_argument("action", choices=("read", "print"), metavar="read|print", help="读出票面内容，或排成 PDF")
    one.add_argument("files", nargs="+", metavar="文件", help="文件、文件夹，或 *.pdf 这样的写法")
    one.add_argument("--json", action="store_true", help="输出 JSON：一个文件一项，读不到的内容是 null")
    one.add_argument("--out", metavar="文件", help="print 的 PDF 存到哪里，默认 票据.pdf")
    one.add_argument(
        "--ocr", action="store_true", help="图片也识别文字（要另装 salesdesk[ocr]），识别出的内容都标为不确定"
    )

    one = command(
        "look", "在窗口里看一张发票", "看一个 OFD、XML、PDF 或图片发票，可以打印；资源管理器里的「打开方式」用它。"
    )
    one.add_argument("file", metavar="文件")

    one = command(
        "update",
        "共享盘上的新版本",
        "看有没有新版本（status）、拿到本机并核对（fetch）；主管把新的安装程序放上去（publish 文件）。",
    )
    one.add_argument("action", nargs="?", default="status", choices=("status", "fetch", "publish"), metavar="做什么")
    one.add_argument("file", nargs="?", default="", metavar="安装程序", help="publish 用：salesdesk-版本.exe")
    one.add_argument("--news", default="", metavar="一句话", help="publish 用：改了什么")
    one.add_argument("--json", action="store_true", help="输出 JSON")

    one = command("demo", "造一家演示公司")
    one.add_argument("--seed", type=int, default=7, help="随机种子，同样的种子造出同样的公司")
    one.add_argument(
        "--scale",
        choices=("small", "normal", "1m"),
        default="normal",
        help="small 几十张订单，normal 1500 张，1m 一百万张",
    )
    one.add_argument("--today", metavar="日期", help="演示到哪一天，默认今天")
    one = command("samples", "造导入用的样例 Excel 文件")
    one.add_argument("--out", default="", metavar="文件夹", help="默认 data/samples")
    one.add_argument("--seed", type=int, default=7)

    for name in ("shots", "showcase"):
        one = command(name, "每一页画成图片、每一张单据印成 PDF")
        one.add_argument("--out", default="", metavar="文件夹", help="默认 demo-output，说明书的图片放回说明书")
        one.add_argument("--manual", action="store_true", help="只画说明书里的图片")
    return top


def _syncing(command: Callable[..., argparse.ArgumentParser]) -> None:
    one = command(
        "sync",
        "和共享文件夹同步一次",
        "同步一次（now）；或看状态（status）、看要人定的问题（cases）、定一个（settle）、放弃谁也没有了的一份（giveup）、停止同步（leave）。",
    )
    one.add_argument(
        "action", nargs="?", default="now", metavar="做什么", help="now、status、cases、settle、giveup、leave"
    )
    one.add_argument("key", nargs="?", metavar="问题", help="settle 用：cases 里的 key；giveup 用：哪台电脑")
    one.add_argument("idx", nargs="?", type=int, metavar="第几份", help="giveup 用：状态里说缺的那一份")
    one.add_argument("--reason", default="", metavar="原因", help="giveup 用：为什么放弃，会记下来")
    one.add_argument(
        "--share", default="", metavar="文件夹", help="共享文件夹，或同步服务器 postgresql://…；第一次要写，以后记得"
    )
    one.add_argument("--create", action="store_true", help="第一台电脑：在共享文件夹里新建工作区")
    one.add_argument("--passphrase", default="", metavar="口令", help="也可以放在环境变量 SALESDESK_PASSPHRASE 里")
    one.add_argument("--name", default="", metavar="名称", help="这台电脑叫什么")
    one.add_argument("--scrub", action="store_true", help="顺便把共享盘上缺的、坏的补回去")
    one.add_argument("--wait", type=float, metavar="秒", help="用同步服务器时：先等别的电脑有动静，最多等这么久")
    one.add_argument("--take", metavar="N", help="settle 用：选第几个")
    one.add_argument("--value", metavar="值", help="settle 用：另写一个值")
    one.add_argument("--note", metavar="说明", help="settle 用")
    one.add_argument("--json", action="store_true", help="输出 JSON")
    one = command(
        "device",
        "工作区里的电脑",
        "列出工作区里的电脑（list），给本机改名（rename），或移除一台（remove，要换新口令）。",
    )
    one.add_argument("action", choices=("list", "rename", "remove"), metavar="做什么", help="list、rename 或 remove")
    one.add_argument("device", nargs="?", metavar="电脑", help="标识、名称或单号字母")
    one.add_argument("--passphrase", default="", metavar="新口令", help="移除后其他人加入要用的口令")
    one.add_argument("--name", default="", metavar="名称", help="rename 用：这台电脑叫什么")
    one.add_argument("--json", action="store_true", help="输出 JSON")


def _options(one: argparse.ArgumentParser, default: object) -> None:
    one.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help="显示这份说明")
    one.add_argument(
        "--data", default=default, metavar="文件夹", help="数据文件夹，默认 $SALESDESK_DATA 或本用户的数据文件夹"
    )
    one.add_argument(
        "--operator", default=default, metavar="姓名", help="以谁的名义做；设了密码的，密码放在 $SALESDESK_PASSWORD 里"
    )
