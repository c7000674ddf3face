"""Offers the options of a choice field while a cell of a line grid is typed: by word, pinyin initials or number."""

from __future__ import annotations

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Choice
from salesdesk.domain.text import normalize
from ui.kit.lines_grid_model import PickRow


class Choices:
    """The few options of one field."""

    can_create = False

    def __init__(self, noun: str, kind: Choice) -> None:
        self.noun = noun
        self._rows = [PickRow(o.key, str(i), o.label) for i, o in enumerate(kind.options, start=1)]

    def exact(self, text: str) -> PickRow | None:
        """The option of this label or number."""
        typed = normalize(text)
        return next((r for r in self._rows if typed and typed in (r.title, r.code, r.uid)), None)

    def find(self, text: str, limit: int) -> list[PickRow]:
        """Options that contain the text or whose pinyin begins with it; all of them for none."""
        from salesdesk.domain.pinyin import initials_of

        typed = normalize(text).lower()
        return [r for r in self._rows if typed in r.title or initials_of(r.title).lower().startswith(typed)][:limit]

    def match(self, words: dict[str, str]) -> tuple[PickRow | None, str]:
        """Not pasted as a whole."""
        return None, "请逐格选"

    def adjust(self, draft: Draft, row: int, words: dict[str, str]) -> None:
        """Nothing follows from it."""
