"""The second PC: works through the verbs and syncs every other second, until its input is closed; then one last round."""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.errors import EnvironmentFault, Refused


def main(folder: Path, seed: int) -> int:
    """Exit code 0; every refusal is part of the work, a fault of the share is told."""
    rng, over = random.Random(seed), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    desk = open_desk(folder, letter="B")
    done = 0
    try:
        while not over.wait(0.7):
            for _ in range(rng.randint(1, 3)):
                done += work(desk, rng)
            if rng.random() < 0.4:
                desk.sync.run()
        desk.sync.run()
    except EnvironmentFault as fault:
        print(f"fault: {fault}")
        return 3
    finally:
        desk.close()
    print(f"colleague: {done} verbs")
    return 0


def work(desk: Desk, rng: random.Random) -> int:
    """One verb; 1 when it was done."""
    with desk.read() as reader:
        customers = reader.tuples("SELECT uid, code FROM customer WHERE void = 0 LIMIT 60")
        products = reader.column("SELECT code FROM product WHERE void = 0 LIMIT 60")
    uid, code = rng.choice(customers)
    try:
        if rng.random() < 0.4:
            desk.do(
                "customer.save",
                {"uid": uid, "note": f"李强记 {rng.randint(1, 999)}", "contact": f"联系人{rng.randint(1, 99)}"},
            )
        else:
            lines = [{"product": p, "qty": str(rng.randint(1, 40)), "price": "48.60"} for p in rng.sample(products, 3)]
            desk.do("order.save", {"customer": code, "due_date": "+9", "lines": lines})
    except Refused:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
