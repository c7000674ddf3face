"""The course of an order as a line of points: what was done, by whom and when, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders.model import ROUTE_SLIP
from ui.kit.theme import theme
from ui.pages.orders import follow_up
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.surroundings import Surroundings

STEP = 41
RADIUS = 8


@dataclass(frozen=True)
class Step:
    """One point. state: done, now or next."""

    title: str
    detail: str
    state: str


def when(stamp: object, today: str) -> str:
    """ "今天 10:21", "06-18 10:21", or with the year when it is another one."""
    text = str(stamp or "")
    if not text:
        return ""
    day, clock = text[:10], text[11:16]
    shown = "今天" if day == today else (day[5:] if day[:4] == today[:4] else day)
    return f"{shown} {clock}".strip()


def by(name: object) -> str:
    """ "王敏 · ", nothing when nobody is known."""
    return f"{name} · " if name else ""


def steps_of(order: OrderDraft, around: Surroundings | None) -> list[Step]:
    """录单 → 确认 → 传递 → 发货 → 完成, from what is stored; a cancelled order ends there."""
    row, today, state = order.row, order.draft.today, order.state
    entered = f"{by(row.get('created_by'))}{when(row.get('created_at'), today)}" if row else "正在录"
    steps = [Step("录单", entered, "done" if row else "now")]
    if state == "cancelled":
        return [*steps, Step("已取消", str(row.get("cancel_reason") or ""), "now")]
    if state == "parked":
        steps.append(Step("待客户确认", str(row.get("question") or "")[:30], "now"))
    confirmed = state == "confirmed"
    if confirmed:
        steps.append(Step("确认订单", f"{by(row.get('confirmed_by'))}{when(row.get('confirmed_at'), today)}", "done"))
    else:
        steps.append(Step("确认订单", "F8，逐条检查后生成传递单", "now" if row and state != "parked" else "next"))
    slips = around.slips if around else []
    steps += _slip_steps(slips, confirmed, today)
    told = follow_up.told(around.followed, today) if around and confirmed else ""
    if told and order.stage != "done":
        steps.append(Step("跟进", told, "now"))
    steps += _delivery_steps(order, around.deliveries if around else [], confirmed, today)
    return steps


def _slip_steps(slips: list[Row], confirmed: bool, today: str) -> list[Step]:
    if not slips:
        return [] if confirmed else [Step("传给生产、采购", "确认后按类别自动开单", "next")]
    found = []
    for slip in slips:
        to = ROUTE_SLIP["route"].kind.show(slip["route"])
        if slip["received_at"]:
            found.append(
                Step(f"{to}已接收", f"{slip['received_by'] or ''} · {when(slip['received_at'], today)}", "done")
            )
        elif slip["passed_at"]:
            found.append(Step(f"已传{to}", f"{slip['how'] or ''} · {when(slip['passed_at'], today)}，等接收", "now"))
        else:
            found.append(Step(f"传给{to}", f"{slip['number']} 还没传出", "now"))
    return found


def _delivery_steps(order: OrderDraft, deliveries: list[Row], confirmed: bool, today: str) -> list[Step]:
    due = str(order.draft.values.get("due_date") or "")
    plan = f"计划 {dates.show_day_short(due, today)}" if due else ""
    done = order.stage == "done"
    found = []
    for one in deliveries[-3:]:
        by = f" · {one['carrier']}" if one["carrier"] else ""
        found.append(Step(f"发货 {one['number']}", f"{dates.show_day_short(str(one['day']), today)}{by}", "done"))
    if len(deliveries) > 3:
        found.insert(0, Step(f"先前 {len(deliveries) - 3} 次发货", "", "done"))
    if not done:
        title = "发剩余的货" if deliveries else "发货"
        late = confirmed and due and due < today
        found.append(
            Step(
                title, f"已过交期 {dates.days_between(due, today)} 天" if late else plan, "now" if confirmed else "next"
            )
        )
    found.append(Step("完成", str(order.draft.values.get("settle") or ""), "done" if done else "next"))
    return found


class Timeline(QWidget):
    """Paints the steps below one another."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Step] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def set_steps(self, steps: list[Step]) -> None:
        """Show another course."""
        if steps != self._steps:
            self._steps = steps
            words = {"done": "已完成", "now": "当前", "next": "之后"}
            self.setAccessibleName("订单进度：" + "；".join(f"{s.title} {words[s.state]} {s.detail}" for s in steps))
            self.setFixedHeight(max(1, len(steps)) * STEP)
            self.update()

    @property
    def steps(self) -> list[Step]:
        """What is shown."""
        return self._steps

    def sizeHint(self) -> QSize:
        return QSize(200, len(self._steps) * STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, step in enumerate(self._steps):
            middle = QPointF(RADIUS + 2, i * STEP + RADIUS + 3)
            if i + 1 < len(self._steps):
                both = step.state == "done" and self._steps[i + 1].state != "next"
                painter.setPen(QPen(look.color("accent" if both else "line2"), 2))
                painter.drawLine(
                    QPointF(middle.x(), middle.y() + RADIUS + 2), QPointF(middle.x(), middle.y() + STEP - RADIUS - 2)
                )
            if step.state == "done":
                painter.drawPixmap(
                    round(middle.x() - 9),
                    round(middle.y() - 9),
                    look.pixmap("checkmark_circle", "accent", 18, True, self.devicePixelRatioF()),
                )
            else:
                painter.setPen(QPen(look.color("accent" if step.state == "now" else "line2"), 2))
                painter.setBrush(look.color("card"))
                painter.drawEllipse(middle, RADIUS - 0.5, RADIUS - 0.5)
                if step.state == "now":
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(look.color("accent"))
                    painter.drawEllipse(middle, 3.5, 3.5)
            left, width = 2 * RADIUS + 14, self.width() - 2 * RADIUS - 14
            self._text(
                painter,
                QRectF(left, i * STEP, width, 22),
                step.title,
                "grid",
                step.state == "now",
                "text2" if step.state == "next" else "text",
            )
            self._text(painter, QRectF(left, i * STEP + 20, width, 18), step.detail, "caption", False, "text2")
        painter.end()

    def _text(self, painter: QPainter, area: QRectF, text: str, size: str, bold: bool, ink: str) -> None:
        painter.setFont(theme().font(size, bold))
        painter.setPen(theme().color(ink))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(area.width()))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
