"""Values of an XML voucher by the plain names of its elements, whatever namespace and depth they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesdesk.domain.text import normalize
from salesdesk.services.safe_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
LONGEST = 2000
"""Characters of one text."""
MOST_ITEMS = 5000
"""Lines of goods."""


class Values:
    """The elements below one, by name; built in one walk."""

    def __init__(self, root: _Element) -> None:
        self.root = root
        self._found: dict[str, list[_Element]] = {}
        for element in root.iter():
            if name := local_name(element):
                self._found.setdefault(name, []).append(element)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def elements(self, name: str) -> list[_Element]:
        """All elements of that name, in order."""
        return self._found.get(name, [])

    def first(self, *names: str) -> str:
        """The first text that is not blank, tried name by name; "" without."""
        for name in names:
            for element in self._found.get(name, ()):
                if text := text_of(element):
                    return text
        return ""

    def within(self, name: str) -> Values | None:
        """The part below the first element of that name."""
        found = self._found.get(name)
        return Values(found[0]) if found else None

    def spaces(self) -> set[str]:
        """Last parts of the namespaces in use: "rai", "inv", "2019" ..."""
        return {
            element.tag[1:].partition("}")[0].rpartition("/")[2]
            for found in self._found.values()
            for element in found[:1]
            if isinstance(element.tag, str) and element.tag.startswith("{")
        }


def text_of(element: _Element) -> str:
    """Its own text, one line; "" when it is marked as nil or holds elements only."""
    if element.get(_NIL) == "true":
        return ""
    return normalize((element.text or "")[:LONGEST])


def children(element: _Element) -> Iterator[tuple[str, str]]:
    """Name and text of the direct children."""
    for child in element:
        if name := local_name(child):
            yield name, text_of(child)
