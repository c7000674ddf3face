"""Fills the clerk's own Word form: words in {{ }} get values where they stand, one table row is repeated, all else stays.

Word cuts a word into several runs at will ("{{客户" "名称}}"); the value takes the look of the run in which the word begins. The row
of a table that holds a {{word}} of `row_keys` is repeated for every entry, in as many tables as have one; what an entry says goes before
the head.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.files import read_whole

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST = 20 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WORD = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")


def words_in(path: Path) -> set[str]:
    """All {{words}} of a template. Raises Refused for a file that is no .docx, EnvironmentFault when it is locked."""
    return {word for _, root in _parts(path)[1] for p in root.iter(f"{_W}p") for word in _WORD.findall(_text(p))}


def check(path: Path, head: Sequence[str], row_keys: Sequence[str]) -> list[Problem]:
    """What is wrong with a template: nothing to fill, unknown words, words of a line outside a table."""
    problems = []
    known = {*head, *row_keys}
    used = 0
    for _, root in _parts(path)[1]:
        for paragraph in root.iter(f"{_W}p"):
            for word in _WORD.findall(_text(paragraph)):
                used += 1
                if word not in known:
                    told, cure = f"不认识「{word}」", f"可用的有：{'、'.join((*head, *row_keys))}"
                    problems.append(Problem(told, cure, place=path.name, code="template.word"))
                elif word not in head and next(paragraph.iterancestors(f"{_W}tr"), None) is None:
                    told = f"「{word}」是明细的项，要放在表格的一行里"
                    problems.append(
                        Problem(told, "请放进表格，那一行会按行数重复", place=path.name, code="template.rows")
                    )
    if not used:
        cure = "在要填的地方写 {{客户名称}} 这样的词"
        problems.append(Problem(f"{path.name} 里没有要填的地方", cure, code="template.empty"))
    return problems


def fill(path: Path, head: Mapping[str, str], rows: Sequence[Mapping[str, str]], row_keys: Sequence[str]) -> bytes:
    """The filled document. Raises Refused with every fault of the template; EnvironmentFault when it cannot be read."""
    from lxml import etree

    problems = check(path, list(head), row_keys)
    if problems:
        raise Refused(problems)
    data, parts = _parts(path)
    changed: dict[str, bytes] = {}
    for name, root in parts:
        for row in [r for r in root.iter(f"{_W}tr") if _repeats(r, set(row_keys))]:
            _repeat(row, rows, head, row_keys)
        for paragraph in list(root.iter(f"{_W}p")):
            _put(paragraph, head)
        changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry, changed.get(entry.filename) or old.read(entry.filename), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _parts(path: Path) -> tuple[bytes, list[tuple[str, _Element]]]:
    """The file's bytes and its texts as XML by entry name."""
    from salesdesk.services.safe_xml import parse_xml
    from salesdesk.services.safe_zip import SafeZip

    if path.suffix.lower() not in (".docx", ".docm"):
        cure = "请在 Word 或 WPS 里另存为 .docx 再选"
        raise Refused(Problem(f"《{path.name}》不是 .docx 文件", cure, code="template.kind"))
    data = read_whole(path, LARGEST)
    try:
        pack = SafeZip(data)
        found = [(name, parse_xml(pack.read(name), recover=False)) for name in pack.names() if _PARTS.fullmatch(name)]
    except BadValue as fault:
        cure = "请在 Word 里打开它另存一份再选"
        raise Refused(Problem(f"《{path.name}》打不开：{fault.reason}", cure, code="template.broken")) from None
    if not any(name == "word/document.xml" for name, _ in found):
        cure = "请在 Word 里打开它另存一份再选"
        raise Refused(Problem(f"《{path.name}》里没有 Word 的正文", cure, code="template.broken"))
    return data, found


def _texts(paragraph: _Element) -> Iterator[_Element]:
    """The text elements of a paragraph itself, not those of a text box that hangs in it."""
    return (t for t in paragraph.iter(f"{_W}t") if next(t.iterancestors(f"{_W}p"), None) is paragraph)


def _text(paragraph: _Element) -> str:
    return "".join(t.text or "" for t in _texts(paragraph))


def _repeats(row: _Element, keys: set[str]) -> bool:
    """Whether this row of a table is the one of the lines; of nested tables only the innermost row is."""
    if next(row.iterdescendants(f"{_W}tr"), None) is not None:
        return False
    return any(keys & set(_WORD.findall(_text(p))) for p in row.iter(f"{_W}p"))


def _repeat(row: _Element, rows: Sequence[Mapping[str, str]], head: Mapping[str, str], row_keys: Sequence[str]) -> None:
    """One copy of the row for each entry; without entries the row stays, emptied."""
    parent = row.getparent()
    assert parent is not None
    place = parent.index(row)
    for number, entry in enumerate(rows or [dict.fromkeys(row_keys, "")]):
        copy = deepcopy(row)
        parent.insert(place + number, copy)
        for paragraph in copy.iter(f"{_W}p"):
            _put(paragraph, {**head, **entry})
    parent.remove(row)


def _put(paragraph: _Element, values: Mapping[str, str]) -> None:
    """Replace the words of one paragraph, from the last to the first, so that places before stay true."""
    pieces = list(_texts(paragraph))
    whole = "".join(t.text or "" for t in pieces)
    touched = []
    for found in reversed(list(_WORD.finditer(whole))):
        if found[1] not in values:
            continue
        start, at = found.span()[0], 0
        value = values[found[1]]
        for piece in pieces:
            text = piece.text or ""
            first, last = max(start - at, 0), min(found.end() - at, len(text))
            if first < last:
                piece.text = text[:first] + value + text[last:]
                value = ""
                touched.append(piece)
            at += len(text)
    for piece in dict.fromkeys(touched):
        piece.set(_SPACE, "preserve")
        _break(piece)


def _break(piece: _Element) -> None:
    """Line ends of a value become Word's own breaks."""
    lines = (piece.text or "").split("\n")
    parent = piece.getparent()
    if len(lines) < 2 or parent is None:
        return
    piece.text = lines[0]
    place = parent.index(piece)
    for line in lines[1:]:
        again = deepcopy(piece)
        again.text = line
        parent.insert(place + 1, piece.makeelement(f"{_W}br", {}, None))
        parent.insert(place + 2, again)
        place += 2
