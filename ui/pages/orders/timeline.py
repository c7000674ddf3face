"""The course of an order: what was done, by whom and when, and what comes next."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders.model import ROUTE_SLIP
from ui.kit.steps import Step, by, when
from ui.pages.orders import follow_up
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.surroundings import Surroundings


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
