"""Finds the seals of an OFD: the picture inside the signature, and where on which page it was stamped.

The picture lies in SES_Signature (SignedValue.dat) or SESeal (Seal.esl); GB/T 38540-2020 and the older GM/T 0031-2014
keep it at the same place: eseal → eSealInfo → picture {type, data, width, height}.
"""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain.errors import BadValue
from salesdesk.services.ofd.der import OCTET_STRING, BadDer, Node, read_der
from salesdesk.services.ofd.package import Document, child, children, folder_of, numbers, text_at

MOST_STAMPS = 200


class SealPicture(NamedTuple):
    """form: "png", "jpg", "bmp", "gif", "ofd" …, lower case; width and height in mm as the seal's maker says."""

    form: str
    data: bytes
    width: float
    height: float


class Stamp(NamedTuple):
    """One print of a seal. box: x, y, width, height in mm on the page; clip: the part shown, within the box, or None."""

    page_id: str
    box: tuple[float, float, float, float]
    clip: tuple[float, float, float, float] | None
    picture: SealPicture


def picture_of(data: bytes) -> SealPicture:
    """The picture of a SignedValue.dat or Seal.esl; BadDer when it is built otherwise."""
    root = read_der(data)
    for path in ((0, 1, 0, 3), (0, 3)):
        try:
            return _picture(root.at(*path))
        except BadDer:
            continue
    raise BadDer("no picture")


def _picture(node: Node) -> SealPicture:
    form, data, width, height = node.parts()[:4] if len(node.parts()) >= 4 else [node] * 4
    return SealPicture(
        form.text().strip().lower().lstrip("."),
        data.expect(OCTET_STRING),
        float(width.number()),
        float(height.number()),
    )


def stamps(document: Document) -> list[Stamp]:
    """All stamps of a document in the order of its signatures; what cannot be read becomes a finding of the document."""
    found: list[Stamp] = []
    for name in document.signatures:
        root = document.part(name)
        info = child(root, "SignedInfo")
        annots = children(info, "StampAnnot")
        if not annots:
            continue
        picture = _find(document, folder_of(name), [text_at(root, "SignedValue"), text_at(info, "Seal", "BaseLoc")])
        if picture is None:
            document.findings.append("印章的图案读不出来，页面上没有画出印章")
            continue
        for annot in annots[: MOST_STAMPS - len(found)]:
            box, clip = numbers(annot.get("Boundary"), 4), numbers(annot.get("Clip"), 4)
            if len(box) == 4 and box[2] > 0 and box[3] > 0:
                part = (clip[0], clip[1], clip[2], clip[3]) if len(clip) == 4 else None
                found.append(Stamp(annot.get("PageRef", ""), (box[0], box[1], box[2], box[3]), part, picture))
    return found


def _find(document: Document, folder: str, locs: list[str]) -> SealPicture | None:
    for loc in locs:
        file = document.package.find(loc, folder, document.folder) if loc else ""
        if file:
            try:
                return picture_of(document.package.read(file))
            except (BadDer, BadValue):
                continue
    return None
