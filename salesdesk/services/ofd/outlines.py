"""Reads the path language of OFD (M L Q B A C) into cubic curves, with bounded work."""

from __future__ import annotations

import math
import re

from salesdesk.services.ofd.display import Segment

MOST_SEGMENTS = 100_000
_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")
_NEEDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def read_path(text: str, most: int = MOST_SEGMENTS) -> tuple[Segment, ...]:
    """The segments of an AbbreviatedData text; what cannot be read ends the path there.

    "S" is a start like "M"; "C" closes. Numbers may follow a command without repeating it, as in SVG.
    """
    found: list[Segment] = []
    x = y = 0.0
    start = (0.0, 0.0)
    command = ""
    given: list[float] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token.isalpha():
            command, given = token.upper(), []
            if command not in _NEEDS:
                break
            if command == "C":
                if found:
                    found.append(("C", ()))
                x, y = start
            continue
        value = float(token)
        given.append(value if abs(value) < 1e6 else 0.0)
        if not command or command == "C" or len(given) < _NEEDS[command]:
            continue
        if command in ("M", "S"):
            found.append(("M", (given[0], given[1])))
            start = (given[0], given[1])
        elif not found:
            break
        elif command == "L":
            found.append(("L", (given[0], given[1])))
        elif command == "Q":
            cx, cy, ex, ey = given
            found.append(
                (
                    "B",
                    (
                        x + (cx - x) * 2 / 3,
                        y + (cy - y) * 2 / 3,
                        ex + (cx - ex) * 2 / 3,
                        ey + (cy - ey) * 2 / 3,
                        ex,
                        ey,
                    ),
                )
            )
        elif command == "B":
            found.append(("B", tuple(given)))
        else:
            found += arc(x, y, *given)
        x, y = given[-2], given[-1]
        given = []
        if command in ("M", "S"):
            command = "L"
        if len(found) >= most:
            break
    return tuple(found)


def arc(
    x: float, y: float, rx: float, ry: float, angle: float, large: float, sweep: float, ex: float, ey: float
) -> list[Segment]:
    """An elliptic arc from (x, y) to (ex, ey) as cubic curves, by the rules SVG and GB/T 33190 share."""
    rx, ry = abs(rx), abs(ry)
    if (x, y) == (ex, ey):
        return []
    if rx < 1e-9 or ry < 1e-9:
        return [("L", (ex, ey))]
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    px, py = cos * (x - ex) / 2 + sin * (y - ey) / 2, -sin * (x - ex) / 2 + cos * (y - ey) / 2
    grow = (px / rx) ** 2 + (py / ry) ** 2
    if grow > 1:
        rx, ry = rx * math.sqrt(grow), ry * math.sqrt(grow)
    below = (rx * py) ** 2 + (ry * px) ** 2
    share = math.sqrt(max(0.0, ((rx * ry) ** 2 - below) / below)) if below else 0.0
    if bool(large) == bool(sweep):
        share = -share
    cx, cy = share * rx * py / ry, -share * ry * px / rx
    mx, my = cos * cx - sin * cy + (x + ex) / 2, sin * cx + cos * cy + (y + ey) / 2
    first = math.atan2((py - cy) / ry, (px - cx) / rx)
    span = math.atan2((-py - cy) / ry, (-px - cx) / rx) - first
    if sweep and span < 0:
        span += 2 * math.pi
    elif not sweep and span > 0:
        span -= 2 * math.pi
    pieces = max(1, math.ceil(abs(span) / (math.pi / 2) - 1e-9))
    step = span / pieces
    pull = 4 / 3 * math.tan(step / 4)

    def point(u: float, v: float) -> tuple[float, float]:
        return mx + cos * rx * u - sin * ry * v, my + sin * rx * u + cos * ry * v

    found: list[Segment] = []
    for i in range(pieces):
        a, b = first + i * step, first + (i + 1) * step
        one = point(math.cos(a) - pull * math.sin(a), math.sin(a) + pull * math.cos(a))
        two = point(math.cos(b) + pull * math.sin(b), math.sin(b) - pull * math.cos(b))
        end = (ex, ey) if i == pieces - 1 else point(math.cos(b), math.sin(b))
        found.append(("B", (*one, *two, *end)))
    return found
