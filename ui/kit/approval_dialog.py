"""Another operator lets one thing pass: at this PC by his password, or at his own, where the request is sent to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from salesdesk.domain.problems import Problem, Severity, summary
from salesdesk.services.approvals import here_only
from salesdesk.services.roles import Role
from ui.kit.dialogs import Question
from ui.kit.messages import ask_reason
from ui.kit.ops import Ops
from ui.kit.password_edit import PasswordEdit
from ui.kit.widgets import FieldLabel, button, mark_error

HERE = "请主管过来，看过原因后输自己的密码；两个人的名字都记下来。"
BY_POST = "也可以发给能批的人，他在自己的电脑上批，批了就照办。"


class Approval(Question):
    """The clerk writes the reason; the 主管 puts his password and nobody changes chairs, or the request is sent (`sent`)."""

    def __init__(
        self, parent: QWidget | None, title: str, problems: Sequence[Problem], managers: Sequence[str], sending: bool
    ) -> None:
        how = [HERE] if managers else []
        how += [BY_POST if managers else BY_POST.removeprefix("也")] if sending else []
        super().__init__(
            parent, title, summary(list(problems), 6) + "\n要有权利的人同意：" + "".join(how), "主管同意", 560
        )
        self.sent = False
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(80)
        self.reason.setAccessibleName("原因")
        self.who = QComboBox()
        self.who.setAccessibleName("谁批准")
        self.who.addItems(list(managers))
        self.password = PasswordEdit("批准人的密码")
        self._labels = {
            self.reason: FieldLabel("原因", True),
            self.who: FieldLabel("谁批准"),
            self.password: FieldLabel("他的密码", True),
        }
        for part, above in self._labels.items():
            self.body.addWidget(above)
            self.body.addWidget(part)
        for part in (self.who, self.password) if not managers else ():
            part.hide()
            self._labels[part].hide()
        self.send = button("发申请", "send", clicked=self._send)
        self.send.setVisible(sending)
        self.buttons.insertWidget(0, self.send)
        self.yes.setVisible(bool(managers))
        self.reason.setFocus()

    def _full(self, *parts: tuple[QWidget, str]) -> bool:
        for part, text in parts:
            self._labels[part].set_error("" if text else "不能空着")
            mark_error(part, not text)
        first = next((part for part, text in parts if not text), None)
        if first is not None:
            first.setFocus()
        return first is None

    def answer(self) -> None:
        if self.yes.isHidden():
            self._send()
        elif self._full((self.reason, self.words), (self.password, self.password.text())):
            self.accept()

    def _send(self) -> None:
        if not self.send.isHidden() and self._full((self.reason, self.words)):
            self.sent = True
            self.accept()

    @property
    def words(self) -> str:
        """Why it shall pass."""
        return self.reason.toPlainText().strip()

    @property
    def given(self) -> dict[str, str]:
        """The arguments the door takes for it."""
        return {"reason": self.words, "approver": self.who.currentText(), "approver_password": self.password.text()}


SENT: dict[str, str] = {}
"""Nothing lets it pass here and now: it was asked for, and waits for whoever may."""
SENT_WORDS = "申请已发出，批了就照办；这里不用再做"


def _sendable(ops: Ops, verb: str, args: Mapping[str, Any]) -> bool:
    """Whether somebody at another PC could do it: what needs files of this one is allowed beside it or not at all."""
    known = ops.desk.registry.verbs.get(verb)
    return ops.desk.settings.seat.askable and known is not None and not here_only(known, args)


def ask_approval(
    ops: Ops,
    parent: QWidget | None,
    verb: str,
    args: Mapping[str, Any],
    problems: Sequence[Problem],
    sending: bool = True,
) -> dict[str, str] | None:
    """What lets it pass at this PC; SENT when the request was sent to whoever may, None when given up."""
    known = ops.desk.registry.verbs.get(verb)
    seat = ops.desk.settings.seat
    sending = sending and _sendable(ops, verb, args)
    dialog = Approval(parent, known.title if known else "要人批准", problems, seat.approvers, sending)
    accepted, sent, words = bool(dialog.exec()), dialog.sent, dialog.words
    given = dialog.given if accepted and not sent else None
    dialog.password.clear()
    dialog.deleteLater()
    if accepted and sent:
        given = SENT
        ops.run("approval.ask", {"verb": verb, "args": json.dumps(dict(args), ensure_ascii=False), "words": words})
    return given


def ask_leave(
    ops: Ops, parent: QWidget | None, title: str, verb: str, args: Mapping[str, Any], problems: Sequence[Problem]
) -> dict[str, str] | None:
    """What lets a verb pass that was turned down: a reason, or somebody who may; SENT when that was asked for elsewhere.

    None when nothing can, or it was given up.
    """
    heavy = [p for p in problems if p.severity in (Severity.ASK, Severity.STOP)]
    asks = [p for p in heavy if p.severity is Severity.ASK]
    rights = [p for p in heavy if p.code == "role"]
    seat = ops.desk.settings.seat
    if not heavy or (len(asks) < len(heavy) and len(rights) < len(heavy)):
        return None
    beyond = rights or [p for p in asks if p.who == "manager" and seat.role < Role.MANAGER]
    if beyond and (seat.approvers or _sendable(ops, verb, args)):
        return ask_approval(ops, parent, verb, args, problems)
    if rights:
        return None
    reason = ask_reason(parent, title, asks)
    return {"reason": reason} if reason else None
