"""Opens an OFD archive: documents, pages, attachments, tags, signatures, however its maker spelled the paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from salesdesk.domain.errors import BadValue
from salesdesk.services.safe_xml import local_name, parse_xml
from salesdesk.services.safe_zip import SafeZip

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_DOCUMENTS = 8
MOST_SIGNATURES = 50
MOST_LISTED = 200
"""Attachments, and tag files."""
MOST_PAGES = 500
"""More pages than any voucher has; a longer document is cut there and says so."""


def children(element: _Element | None, *path: str) -> list[_Element]:
    """All elements reached by the local names of `path`, one level each; [] when there are none."""
    found = [] if element is None else [element]
    for name in path:
        found = [inner for outer in found for inner in outer if local_name(inner) == name]
    return found


def child(element: _Element | None, *path: str) -> _Element | None:
    """The first element reached by `path`, or None."""
    return next(iter(children(element, *path)), None)


def text_at(element: _Element | None, *path: str) -> str:
    """The text of the first element reached by `path`, stripped; "" when there is none."""
    found = child(element, *path) if path else element
    return "".join(found.itertext()).strip() if found is not None else ""


class Attachment(NamedTuple):
    """A file carried inside: its title (often "original_invoice"), format ("xml"), and its name in the archive."""

    title: str
    format: str
    name: str


class Tag(NamedTuple):
    """One CustomTag file: its TypeID ("fp", "e-invoice" …), its name in the archive and its root."""

    type_id: str
    name: str
    root: _Element


class PageRef(NamedTuple):
    """A page or template: the ID others refer to, and the archive name of its content."""

    id: str
    name: str
    z_order: str = ""


class Package:
    """One OFD file. Raises BadValue (reason and cure in the clerk's words) when it is none."""

    def __init__(self, data: bytes) -> None:
        self.archive = SafeZip(data)
        self._names = {name.lower(): name for name in self.archive.names()}
        root = self.find("OFD.xml")
        if not root:
            raise BadValue("这个压缩包里没有 OFD.xml，不是 OFD 版式文件", "请确认文件类型")
        self.root = self.xml(root)
        self.documents = [Document(self, body) for body in children(self.root, "DocBody")[:MOST_DOCUMENTS]]
        if not self.documents:
            raise BadValue("OFD.xml 里没有写文档在哪里", "文件不完整，请重新下载")

    def find(self, loc: str, folder: str = "", also: str = "") -> str:
        """The archive name a path (ST_Loc) means, seen from `folder`; "" when no such file is there.

        A leading / counts from the archive's root; makers who forget it are forgiven, as are other cases of letters.
        """
        loc = loc.strip().replace("\\", "/")
        tries = [loc] if loc.startswith("/") else [f"{folder}/{loc}", f"{also}/{loc}", loc]
        if loc.startswith("/"):
            tries += [f"{folder}{loc}", f"{also}{loc}"]
        for one in tries:
            if name := self._names.get(_straight(one).lower()):
                return name
        return ""

    def read(self, name: str) -> bytes:
        """Bytes of one entry by its archive name."""
        return self.archive.read(name)

    def xml(self, name: str) -> _Element:
        """Root of one XML entry; BadValue when it is damaged or hostile."""
        return parse_xml(self.read(name))


def _straight(path: str) -> str:
    """A path without empty, . and .. steps; it never leads above the archive's root."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def folder_of(name: str) -> str:
    """The folder of an archive name; "" at the root."""
    return name.rpartition("/")[0]


@dataclass
class Document:
    """One document of the archive (a voucher has just one). findings: what was missing or broken, in words."""

    package: Package
    body: _Element
    findings: list[str] = field(default_factory=list)
    _parsed: dict[str, _Element | None] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """Archive name of Document.xml; BadValue when it is missing."""
        loc = text_at(self.body, "DocRoot")
        name = self.package.find(loc) if loc else ""
        if not name:
            raise BadValue(f"OFD 里缺少文档 {loc or 'Document.xml'}", "文件不完整，请重新下载")
        return name

    @property
    def folder(self) -> str:
        return folder_of(self.name)

    @cached_property
    def root(self) -> _Element:
        """Root of Document.xml."""
        return self.package.xml(self.name)

    @cached_property
    def custom_data(self) -> dict[str, str]:
        """CustomDatas of OFD.xml by name, e.g. {"发票号码": …}; note that 合计金额 is net of tax."""
        found = children(self.body, "DocInfo", "CustomDatas", "CustomData")
        return {one.get("Name", ""): text_at(one) for one in found}

    @cached_property
    def pages(self) -> list[PageRef]:
        """The pages in order; those whose content is missing are named in the findings and kept, with name ""."""
        found = [self._ref(one) for one in children(self.root, "Pages", "Page")]
        if len(found) > MOST_PAGES:
            self.findings.append(f"OFD 有 {len(found)} 页，只读了前 {MOST_PAGES} 页")
        for number, one in enumerate(found[:MOST_PAGES], start=1):
            if not one.name:
                self.findings.append(f"OFD 第 {number} 页的内容缺失")
        return found[:MOST_PAGES]

    @cached_property
    def templates(self) -> dict[str, PageRef]:
        """Template pages by ID."""
        return {one.get("ID", ""): self._ref(one) for one in children(self.root, "CommonData", "TemplatePage")}

    def _ref(self, element: _Element) -> PageRef:
        loc = element.get("BaseLoc", "")
        name = self.package.find(loc, self.folder) if loc else ""
        if not name and loc:
            name = self.package.find(loc + "/Content.xml", self.folder)
        return PageRef(element.get("ID", ""), name, element.get("ZOrder", ""))

    def resources(self) -> list[str]:
        """Archive names of the resource files of the whole document."""
        common = child(self.root, "CommonData")
        locs = [text_at(one) for kind in ("PublicRes", "DocumentRes") for one in children(common, kind)]
        return [name for loc in locs if (name := self.package.find(loc, self.folder))]

    @cached_property
    def attachments(self) -> list[Attachment]:
        """Files carried inside that are really there."""
        name, root = self._listed(text_at(self.root, "Attachments"))
        found = []
        for one in children(root, "Attachment")[:MOST_LISTED]:
            file = self.package.find(text_at(one, "FileLoc"), folder_of(name), self.folder)
            if file:
                found.append(Attachment(one.get("Name", ""), one.get("Format", "").lower(), file))
        return found

    @cached_property
    def tags(self) -> list[Tag]:
        """CustomTag files that can be read; the usual places too, as some makers do not list them in Document.xml."""
        name, root = self._listed(text_at(self.root, "CustomTags") or "Tags/CustomTags.xml")
        files = [
            (one.get("TypeID", ""), self.package.find(text_at(one, "FileLoc"), folder_of(name), self.folder))
            for one in children(root, "CustomTag")[:MOST_LISTED]
        ]
        if not files and (usual := self.package.find("Tags/CustomTag.xml", self.folder)):
            files = [("", usual)]
        found = []
        for type_id, file in files:
            if file and (tag := self.part(file)) is not None:
                found.append(Tag(type_id, file, tag))
        return found

    @cached_property
    def signatures(self) -> list[str]:
        """Archive names of the Signature.xml files, in the order they were made."""
        found = []
        name, root = self._listed(text_at(self.body, "Signatures") or "Signs/Signatures.xml")
        for one in children(root, "Signature")[:MOST_SIGNATURES]:
            file = self.package.find(one.get("BaseLoc", ""), folder_of(name), self.folder)
            if file:
                found.append(file)
            else:
                self.findings.append(f"OFD 里缺少签名文件 {one.get('BaseLoc', '')}")
        return list(dict.fromkeys(found))

    @property
    def signature_list(self) -> str:
        """Archive name of Signatures.xml, "" without one."""
        return self._listed(text_at(self.body, "Signatures") or "Signs/Signatures.xml")[0]

    def annotations(self) -> Iterator[tuple[str, _Element, str]]:
        """Page ID, annotation element and the folder its paths count from."""
        name, root = self._listed(text_at(self.root, "Annotations"))
        for page in children(root, "Page")[:MOST_PAGES]:
            file = self.package.find(text_at(page, "FileLoc"), folder_of(name), self.folder)
            content = self.part(file) if file else None
            for one in children(content, "Annot"):
                yield page.get("PageID", ""), one, folder_of(file)

    def _listed(self, loc: str) -> tuple[str, _Element | None]:
        name = self.package.find(loc, self.folder) if loc else ""
        return name, self.part(name) if name else None

    def part(self, name: str) -> _Element | None:
        """Root of an entry the document can do without, parsed once; a broken one becomes a finding."""
        if name not in self._parsed:
            self._parsed[name] = None
            try:
                self._parsed[name] = self.package.xml(name)
            except BadValue as fault:
                self.findings.append(f"OFD 里的 {name} 读不出来：{fault.reason}")
        return self._parsed[name]


_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")


def numbers(text: str | None, most: int = 64) -> list[float]:
    """The numbers of an array (ST_Array, ST_Box) as far as they can be read, at most `most`; absurd sizes become 0."""
    found = []
    for match in _NUMBER.finditer(text or ""):
        value = float(match.group())
        found.append(value if abs(value) < 1e6 else 0.0)
        if len(found) >= most:
            break
    return found
