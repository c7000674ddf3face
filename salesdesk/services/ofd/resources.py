"""Looks up what OFD objects refer to by ID: fonts, media, colour spaces, drawing parameters and composite units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from salesdesk.services.ofd.display import Colour, Font
from salesdesk.services.ofd.package import Document, child, children, folder_of, numbers, text_at
from salesdesk.services.safe_xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_STEPS = 16  # how far one DrawParam may lean on another
_HEX = re.compile(r"#([0-9A-Fa-f]{1,4})")


def truth(text: str | None, default: bool) -> bool:
    """An xs:boolean attribute."""
    return default if text is None else text.strip().lower() in ("true", "1")


class Resources:
    """The resources of a document and, on top of them, those of one page."""

    def __init__(self, document: Document, names: list[str], below: Resources | None = None) -> None:
        self.fonts: dict[str, Font] = dict(below.fonts) if below else {}
        self.media: dict[str, str] = dict(below.media) if below else {}
        self.params: dict[str, _Element] = dict(below.params) if below else {}
        self.units: dict[str, _Element] = dict(below.units) if below else {}
        self._spaces: dict[str, _Element] = dict(below._spaces) if below else {}
        for name in dict.fromkeys(names):
            root = document.part(name)
            if root is not None:
                self._take(document, root, folder_of(name))

    def _take(self, document: Document, root: _Element, folder: str) -> None:
        base = root.get("BaseLoc", "")
        inside = base.lstrip("/") if base.startswith("/") else f"{folder}/{base}"
        for group in root:
            for one in group:
                kind, key = local_name(one), one.get("ID", "")
                if kind == "Font":
                    loc = text_at(one, "FontFile")
                    file = document.package.find(loc, inside, folder) if loc else ""
                    bold, italic = truth(one.get("Bold"), False), truth(one.get("Italic"), False)
                    self.fonts[key] = Font(one.get("FontName", ""), one.get("FamilyName", ""), bold, italic, file)
                elif kind == "MultiMedia":
                    self.media[key] = document.package.find(text_at(one, "MediaFile"), inside, folder)
                elif kind == "ColorSpace":
                    self._spaces[key] = one
                elif kind == "DrawParam":
                    self.params[key] = one
                elif kind == "CompositeGraphicUnit":
                    self.units[key] = one

    def chain(self, key: str | None) -> list[_Element]:
        """A DrawParam and those it leans on (Relative), nearest first; a circle ends where it closes."""
        found: list[_Element] = []
        while key and len(found) < _MOST_STEPS:
            param = self.params.get(key)
            if param is None or param in found:
                break
            found.append(param)
            key = param.get("Relative")
        return found

    def colour(self, element: _Element | None, default: Colour | None) -> Colour | None:
        """The colour an element such as FillColor gives; shadings are painted in the colour of their first stop."""
        if element is None:
            return default
        alpha = min(1.0, max(0.0, (numbers(element.get("Alpha"), 1) or [255.0])[0] / 255))
        value = element.get("Value")
        if value is None:
            space = self._spaces.get(element.get("ColorSpace", ""))
            index = element.get("Index")
            if index is not None and index.isdigit():
                palette = children(space, "Palette", "CV")
                value = text_at(palette[int(index)]) if int(index) < len(palette) else None
            else:
                for shade in element:
                    stop = child(shade, "Segment", "Color")
                    if stop is not None and stop is not element:
                        return self.colour(stop, default)
        if value is None:
            return default._replace(alpha=alpha) if default else Colour(0.0, 0.0, 0.0, alpha)
        return self._mix(value, element.get("ColorSpace", ""), alpha)

    def _mix(self, value: str, key: str, alpha: float) -> Colour:
        space = self._spaces.get(key)
        bits = (numbers(space.get("BitsPerComponent"), 1) or [8.0])[0] if space is not None else 8.0
        top = 2 ** min(16, max(1, int(bits))) - 1
        plain = _HEX.sub(lambda m: f" {int(m.group(1), 16)} ", value)
        parts = [min(1.0, max(0.0, part / top)) for part in numbers(plain, 4)]
        kind = space.get("Type", "") if space is not None else ""
        if len(parts) == 1 or (kind.upper() == "GRAY" and parts):
            return Colour(parts[0], parts[0], parts[0], alpha)
        if len(parts) == 4:
            cyan, magenta, yellow, black = parts
            return Colour((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black), alpha)
        if len(parts) == 3:
            return Colour(parts[0], parts[1], parts[2], alpha)
        return Colour(0.0, 0.0, 0.0, alpha)
