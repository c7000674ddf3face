"""What the evidence of an arrival tells: dropped files, mails and pasted text, and the words an order is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from salesdesk.domain.errors import Refused
from salesdesk.modules.orders.guessing import Guess, guess
from salesdesk.modules.orders.mail import Mail, is_mail, read_mail
from salesdesk.persistence.reading import Reader
from salesdesk.services.attachments import LARGEST, stored_at
from salesdesk.services.files import read_whole

TABLES = (".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".csv", ".ods")
PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".heic")
LONGEST = 8000
"""Characters of the note of an arrival."""


@dataclass(frozen=True)
class Told:
    """What files and text tell about an arrival; empty where they are silent. mails: by path."""

    channel: str = ""
    received_at: str = ""
    from_whom: str = ""
    content: str = ""
    guess: Guess | None = None
    mails: tuple[tuple[Path, Mail], ...] = ()


def paths_of(files: str) -> list[Path]:
    """The paths of a 附件 argument."""
    return [Path(line.strip().strip('"')) for line in files.splitlines() if line.strip()]


def read(reader: Reader, paths: Sequence[Path], text: str, who: str, now: str, own: str = "") -> Told:
    """Read what there is. Raises EnvironmentFault or Refused for a mail file that cannot be read."""
    mails = tuple((path, mail_of(read_whole(path, LARGEST))) for path in paths if is_mail(path.name))
    first = mails[0][1] if mails else Mail()
    content = text.strip() or first.content
    return Told(
        channel_of(paths, bool(mails)),
        first.at if first.at and first.at <= now else "",
        who or first.name or first.address,
        content[:LONGEST],
        guess(reader, "\n".join(filter(None, (content, first.text))), first.address, who or first.name, own),
        mails,
    )


def mail_of(data: bytes) -> Mail:
    """What a saved mail tells, whichever program saved it."""
    from salesdesk.services.ole_file import SIGNATURE

    if not data.startswith(SIGNATURE):
        return read_mail(data)
    from salesdesk.modules.orders.outlook import read_msg

    return read_msg(data)


def channel_of(paths: Sequence[Path], mail: bool = False) -> str:
    """The channel files speak for: a mail, a table; a picture was most likely sent by 微信. "" when they are silent."""
    ends = {path.suffix.lower() for path in paths}
    if mail:
        return "邮件"
    if ends & set(TABLES):
        return "Excel"
    return "微信" if ends & set(PICTURES) else ""


def words_of(reader: Reader, folder: Path, intake: str) -> str:
    """The text an order is made from: the table that came with the arrival, else the table of its mail, else its words."""
    from salesdesk.modules.orders.tables import block_of

    kept = reader.rows("SELECT name, sha256 FROM attachment WHERE owner = ? AND void = 0 ORDER BY rowid", (intake,))
    for row in kept:
        if Path(str(row["name"])).suffix.lower() in TABLES:
            found = table_text(stored_at(folder, str(row["sha256"])))
            if found:
                return found
    for row in kept:
        if is_mail(str(row["name"])) and stored_at(folder, str(row["sha256"])).is_file():
            page = mail_of(read_whole(stored_at(folder, str(row["sha256"])), LARGEST)).html
            block = block_of(page) if "<table" in page.lower() else []
            if block:
                return lines_of(block)
    return str(reader.value("SELECT content FROM intake WHERE uid = ?", (intake,)) or "")


def table_text(path: Path) -> str:
    """The first sheet of a table file as tab-separated lines; "" when it cannot be read as one."""
    from salesdesk.domain.errors import EnvironmentFault
    from salesdesk.services.excel_in import open_workbook

    try:
        book = open_workbook(path)
        rows = book.rows()
    except (Refused, EnvironmentFault):
        return ""
    return lines_of([["" if cell is None else _cell(cell) for cell in cells] for cells in rows])


def _cell(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def lines_of(block: Sequence[Sequence[str]]) -> str:
    """Cells as pasted text."""
    told = ["\t".join(" ".join(str(cell).split()) for cell in cells) for cells in block]
    return "\n".join(line for line in told if line.strip())
