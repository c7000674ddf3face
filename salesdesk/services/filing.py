"""What one subject tells of something it has filed, to whichever subject keeps a register of documents; neither knows the other."""

from __future__ import annotations

from typing import NamedTuple


class Filed(NamedTuple):
    """Something that was filed as a whole.

    source: uid of its record; filing the same source again means a renewal. number: how people call it. place: the path of
    the file, seen from the data folder where it lies inside. name, size (bytes) and sha256 are those of the one file that holds it all.
    """

    source: str
    title: str
    number: str
    day: str
    customer: str | None
    keywords: str
    name: str
    size: int
    sha256: str
    place: str
