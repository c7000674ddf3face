"""Keys of verbs that work everywhere, because they begin something new and need no paper in front."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent, QKeySequence

from salesdesk.services.module import Registry, Verb
from ui.shell.anywhere import OPENERS


def works_everywhere(verb: Verb) -> bool:
    """A verb with keys of its own that needs no record: 登记来单, 客户来电. Saving keys belong to the page being edited."""
    if verb.name in OPENERS:
        return True
    needs_record = any(p.key == "uid" and p.required for p in verb.params)
    return (
        bool(verb.shortcut and verb.entity and verb.palette)
        and verb.shortcut[:1] != "F"
        and verb.shortcut != "Ctrl+S"
        and not needs_record
    )


def global_verb(registry: Registry, event: QKeyEvent) -> str:
    """Name of the verb whose keys were pressed, "" when there is none."""
    pressed = QKeySequence(event.keyCombination())
    for verb in registry.verbs.values():
        if (
            works_everywhere(verb)
            and pressed.matches(QKeySequence(verb.shortcut)) is QKeySequence.SequenceMatch.ExactMatch
        ):
            return verb.name
    return ""
