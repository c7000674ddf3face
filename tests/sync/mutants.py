"""Takes one safeguard out of syncing at a time and sees whether the tests notice: `python dev.py mutants [NAME…]`.

Each mutant is a few replaced lines in a copy of the program; its proof is the part of the tests that must fail there. A mutant
that lives says that a safeguard is not tested, so the exit code is 1 then, as it is when a replaced line is not found any more.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SYNC = "salesdesk/services/sync/"


class Mutant(NamedTuple):
    """One safeguard less. edits: (file, text, text in its place). proof: what pytest is told to run."""

    name: str
    title: str
    edits: tuple[tuple[str, str, str], ...]
    proof: tuple[str, ...]


MUTANTS = (
    Mutant(
        "apply",
        "apply not atomic: work taken in and how far it goes in two transactions",
        (
            (
                SYNC + "exchange.py",
                "                last =",
                "            passing('merged')\n            with self.database.merging('同步') as merger:\n                last =",
            ),
        ),
        ("tests/sync/test_moments.py",),
    ),
    Mutant(
        "mark",
        "marked as published before it is put there",
        (
            (
                SYNC + "exchange.py",
                "            if not self.transport.publish(segment_name(device, idx), data):",
                "            with self.database.local() as work:\n"
                '                work.execute("UPDATE segment SET published = 1 WHERE device = ? AND idx = ?", (device, idx))\n'
                "            if not self.transport.publish(segment_name(device, idx), data):",
            ),
        ),
        ("tests/sync/test_moments.py",),
    ),
    Mutant(
        "authentication",
        "no authentication check: what was altered on the share is read all the same",
        (
            (
                SYNC + "crypto.py",
                '        raise Unreadable("authentication failed") from fault',
                "        from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as encrypt\n"
                "        stream = encrypt(bytes(len(sealed) - 16), header, nonce, key)\n"
                "        return bytes(a ^ b for a, b in zip(sealed[:-16], stream))",
            ),
        ),
        ("tests/sync/test_safeguards.py::test_what_was_altered_on_the_share_is_never_read",),
    ),
    Mutant(
        "gate",
        "no causal gate: work is taken in before what it builds on",
        ((SYNC + "exchange.py", "        if lacking:", "        if lacking and device == own:"),),
        ("tests/sync/test_safeguards.py::test_work_waits_for_what_it_builds_on",),
    ),
    Mutant(
        "clone",
        "no clone detection: copies and old states go on under their old name",
        (
            (
                SYNC + "exchange.py",
                "        if strange or (bound and bound != place):",
                "        if not place:",
            ),
        ),
        ("tests/sync/test_safeguards.py::test_a_copy_of_a_pc_with_nothing_to_tell_hears_of_the_first_one",),
    ),
    Mutant(
        "name",
        "work is taken in though nobody could see whose name this PC goes by",
        ((SYNC + "exchange.py", "        if self._named:", "        if self.workspace:"),),
        ("tests/sync/test_safeguards.py::test_a_copy_takes_nothing_in_before_it_knows_that_it_is_one",),
    ),
    Mutant(
        "links",
        "a merge forgets what records pointed at before",
        (("salesdesk/persistence/work.py", "return [one for one in self.relinked if one[0] in wanted]", "return []"),),
        ("tests/sync/test_trading.py::test_an_order_given_to_another_customer_leaves_the_first_one_on_every_pc",),
    ),
    Mutant(
        "relay",
        "no relay: nobody puts back what the share lost",
        (
            (
                SYNC + "exchange.py",
                "        if scrub and report.fault is None:",
                "        if scrub and not self.folder:",
            ),
        ),
        ("tests/sync/test_safeguards.py::test_whoever_holds_a_lost_piece_puts_it_back",),
    ),
    Mutant(
        "replace",
        "publishing replaces what stands under the name",
        (
            (SYNC + "transport.py", "        os.link(draft, target)", "        os.replace(draft, target)"),
            (SYNC + "transport.py", "            return standing == data", "            pass"),
        ),
        ("tests/sync/test_safeguards.py::test_publishing_never_replaces",),
    ),
    Mutant(
        "numbers",
        "operation numbers used twice after a change of name",
        (
            (
                SYNC + "identity.py",
                '    work.execute("UPDATE now SET n = ?, chain = ?", (n, chain))',
                '    work.execute("UPDATE now SET n = 0, chain = NULL")',
            ),
        ),
        ("tests/services/test_backups.py::test_a_restored_file_syncs_on_under_a_new_name_and_nothing_is_lost",),
    ),
    Mutant(
        "vector",
        "what an author had seen is noted when it is sealed, not when it was written",
        (
            (
                SYNC + "outgoing.py",
                "undoes, op[11], log.seen(op[12]), told))",
                'undoes, op[11], dict(work.tuples("SELECT device, n FROM peer")), told))',
            ),
        ),
        ("tests/sync/test_safeguards.py::test_what_an_author_had_seen_is_what_stood_when_he_wrote",),
    ),
    Mutant(
        "clock",
        "the later wall clock wins, whatever its author had seen",
        (
            (
                "salesdesk/persistence/merging.py",
                "    found = [w for w in last.values() if not any(o is not w and o.had_seen(w) for o in last.values())]",
                "    found = list(last.values())",
            ),
            ("salesdesk/persistence/merging.py", "not one.had_seen_all(before)", "before"),
            ("salesdesk/persistence/merging.py", "uids if late else self._unknown_to(fresh, uids)", "uids"),
            ("salesdesk/domain/clock.py", "    return max(last + 1, now_ms << 16)", "    return now_ms << 16"),
        ),
        ("tests/sync/test_exchange.py::test_the_later_writer_who_had_seen_the_other_stands_whatever_the_clocks_say",),
    ),
)


def copy_of_the_program(folder: Path) -> None:
    """What the tests of syncing need, nothing else."""
    leave = shutil.ignore_patterns("__pycache__", "*.pyc", "fonts", "pictures")
    for name in ("salesdesk", "tests", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    for name in ("pyproject.toml",):
        shutil.copyfile(ROOT / name, folder / name)


def mutate(folder: Path, mutant: Mutant) -> str:
    """Take the safeguard out of the copy; what could not be found, or ""."""
    for name, text, instead in mutant.edits:
        file = folder / name
        before = file.read_text(encoding="utf-8")
        if text not in before:
            return f"{name} 里没有这一段了：{text.strip()[:60]}"
        file.write_text(before.replace(text, instead), encoding="utf-8")
    return ""


def proved(folder: Path, proof: tuple[str, ...]) -> tuple[bool, str]:
    """Whether the tests hold in the copy, and the first thing that did not."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *proof]
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    why = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return done.returncode == 0, why[0][:150] if why else ""


def try_one(mutant: Mutant) -> tuple[str, str]:
    """("killed" | "lives" | "stale", by what)."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as aside:
        folder = Path(aside)
        copy_of_the_program(folder)
        stale = mutate(folder, mutant)
        if stale:
            return "stale", stale
        holds, why = proved(folder, mutant.proof)
        return ("lives", "测试没有察觉") if holds else ("killed", why)


def main(names: list[str]) -> int:
    """Try all mutants, or those named; 1 when one lives."""
    unknown = [n for n in names if n not in [m.name for m in MUTANTS]]
    if unknown:
        print(f"没有 {'、'.join(unknown)}；有：{'、'.join(m.name for m in MUTANTS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="mutant-") as aside:
        folder = Path(aside)
        copy_of_the_program(folder)
        every = tuple(dict.fromkeys(one for m in MUTANTS if not names or m.name in names for one in m.proof))
        holds, why = proved(folder, every)
        print(f"{'通过' if holds else '失败'}  没有改过的程序  {why}", flush=True)
    bad = not holds
    for mutant in MUTANTS:
        if names and mutant.name not in names:
            continue
        started = time.monotonic()
        fate, why = try_one(mutant)
        words = {"killed": "被发现", "lives": "没发现", "stale": "过时了"}[fate]
        bad = bad or fate != "killed"
        print(
            f"{words}  {time.monotonic() - started:5.1f} 秒  {mutant.name:15} {mutant.title}\n        {why}", flush=True
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
