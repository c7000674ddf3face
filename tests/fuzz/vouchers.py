"""Damages made vouchers for as long as one likes and reports what the reader could not take (see the README beside it)."""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import io
import random
import re
import sys
import time
import traceback
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from salesdesk.services.vouchers import reading
from salesdesk.services.vouchers.voucher import Voucher
from tests import vouchers_made as made
from tests.services.ofd_signing import sealed
from tests.vouchers_made.as_ofd import packed

SLOW = 4.0  # seconds for one small damaged file
Damage = Callable[[random.Random, bytes], bytes]

NASTY = [
    b"", b"\x00", b"\xff" * 8, b"-1", b"0", b"99999999999999999999999999", b"1e308", b"NaN", b"-0.00", b"<", b">", b"&",
    b"]]>", b"%s%n",
    b"\xef\xbb\xbf", b"../../etc/passwd", b"\xe2\x80\xae", b"\xf0\x9f\x92\xa9", b"9" * 400, b"\xe9\x9b\xb6" * 50, b"/Length 0",
    b"/Rotate 90",
    b"/MediaBox [0 0 1e9 1e9]", b"0 0 0 0", b"g 999999999 1", b"*" * 100, "（".encode(), "２０２６年".encode(), b"endstream endobj",
]  # fmt: skip


def flipped(rng: random.Random, data: bytes) -> bytes:
    """Some bytes changed."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 5, 20, 200))):
        if out:
            out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def cut(rng: random.Random, data: bytes) -> bytes:
    """The end, the beginning or a middle part gone."""
    a, b = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    return rng.choice((data[:a], data[a:], data[:a] + data[b:]))


def doubled(rng: random.Random, data: bytes) -> bytes:
    """A part several times over."""
    a = rng.randrange(len(data) + 1)
    b = min(len(data), a + rng.randrange(1, 400))
    return data[:a] + data[a:b] * rng.randrange(2, 60) + data[b:]


def stuffed(rng: random.Random, data: bytes) -> bytes:
    """Something nasty put in."""
    for _ in range(rng.choice((1, 1, 3, 10))):
        a = rng.randrange(len(data) + 1)
        data = data[:a] + rng.choice(NASTY) + data[a + rng.choice((0, 0, 4, 30)) :]
    return data


def renumbered(rng: random.Random, data: bytes) -> bytes:
    """Some numbers replaced by absurd ones."""
    places = list(re.finditer(rb"\d+(?:\.\d+)?", data))
    for found in sorted(rng.sample(places, min(len(places), rng.choice((1, 2, 8)))), key=lambda m: -m.start()):
        value = rng.choice((b"0", b"-1", b"1", b"65536", b"2147483648", b"1e30", b"99999999999999999999", b"0.0000001"))
        data = data[: found.start()] + value + data[found.end() :]
    return data


def retagged(rng: random.Random, data: bytes) -> bytes:
    """Some elements of an XML renamed, dropped, nested or emptied."""
    tags = list(re.finditer(rb"</?[\w:.-]+", data))
    for found in sorted(rng.sample(tags, min(len(tags), rng.choice((1, 3, 9)))), key=lambda m: -m.start()):
        other = rng.choice(tags)[0] if tags else b""
        data = data[: found.start()] + rng.choice((other, b"", found[0] + b"X", found[0] * 2)) + data[found.end() :]
    return data


def revalued(rng: random.Random, data: bytes) -> bytes:
    """Some texts between tags replaced."""
    places = list(re.finditer(rb">([^<>]+)<", data))
    for found in sorted(rng.sample(places, min(len(places), rng.choice((1, 2, 6)))), key=lambda m: -m.start()):
        other = rng.choice(
            (*NASTY, rng.choice(places)[1], found[1] * 3, found[1][::-1].decode("utf-8", "replace").encode())
        )
        data = data[: found.start(1)] + other + data[found.end(1) :]
    return data


PLAIN: tuple[Damage, ...] = (flipped, cut, doubled, stuffed, renumbered)


def damaged_pack(rng: random.Random, data: bytes) -> bytes:
    """An OFD or ZIP whose parts are damaged while the archive stays whole."""
    try:
        pack = zipfile.ZipFile(io.BytesIO(data))
        files = {name: pack.read(name) for name in pack.namelist()}
    except Exception:
        return flipped(rng, data)
    for name in rng.sample(sorted(files), rng.choice((1, 1, 2)) if len(files) > 1 else len(files)):
        damage = rng.choice((*PLAIN, retagged, revalued, revalued))
        files[name] = damage(rng, files[name])
    if rng.random() < 0.1 and files:
        files.pop(rng.choice(sorted(files)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name, content in files.items():
            fresh.writestr(name, content)
    return out.getvalue()


def damaged_streams(rng: random.Random, data: bytes) -> bytes:
    """A PDF with a stream unpacked, damaged and packed again, so that the damage reaches what is painted."""
    places = [m.end() for m in re.finditer(rb"stream\r?\n", data) if data[m.start() - 3 : m.start()] != b"end"]
    rng.shuffle(places)
    for start in places[: rng.choice((1, 1, 2))]:
        end = data.find(b"endstream", start)
        try:
            plain = zlib.decompress(data[start:end].rstrip(b"\r\n"))
        except zlib.error:
            continue
        packed = zlib.compress(rng.choice(PLAIN)(rng, plain))
        data = data[:start] + packed + b"\n" + data[end:]
    return data


def seeds() -> dict[str, bytes]:
    """One file of every form and kind."""
    vouchers = {
        "full": made.full_invoice(special=True, lines=3),
        "red": made.full_invoice(
            red_of="26322000000000000009", extra={"plate": "苏E12345", "red_of": "26322000000000000009"}
        ),
        "older": made.e_invoice(lines=2),
        "toll": made.toll_invoice(),
        "rail": made.rail_ticket(),
        "air": made.air_ticket(),
    }
    files: dict[str, bytes] = {}
    for name, one in vouchers.items():
        files |= {f"{name}.xml": one.xml(), f"{name}.pdf": one.pdf(), f"{name}-attach.pdf": one.pdf(attach=True)}
        files |= {f"{name}-{carry}.ofd": one.ofd(carry, jbig2=carry == "text") for carry in ("tags", "xml", "text")}
        files[f"{name}.png"] = one.qr_png()
        files[f"{name}-turned.pdf"] = one.pdf(turn=90)
    files["sealed.ofd"] = sealed_ofd(vouchers["older"].ofd("xml"))
    files["pilot.xml"] = vouchers["older"].xml(family="inv")
    files["photo.jpg"] = made.paper_invoice().picture(turn=7, contrast=0.5, dpi=90, form="JPEG")
    files["photo.tif"] = made.paper_invoice().picture(dpi=90, form="TIFF")
    files["trip.pdf"] = made.trip_list()
    files["office.ofd"] = made.office_ofd()
    files["joined.pdf"] = made.joined([vouchers["full"], vouchers["rail"]])
    files["pack.zip"] = made.zipped(
        {"a.xml": vouchers["full"].xml(), "b.ofd": vouchers["rail"].ofd(), "c.pdf": made.hotel_bill()}
    )
    return files


def sealed_ofd(data: bytes) -> bytes:
    """The OFD with a seal over its parts."""
    pack = zipfile.ZipFile(io.BytesIO(data))
    return packed(sealed({name: pack.read(name) for name in pack.namelist()}, made.full_invoice().qr_png()))


def variant(rng: random.Random, name: str, data: bytes) -> bytes:
    """One damaged file."""
    if name.endswith((".ofd", ".zip")) and rng.random() < 0.8:
        return damaged_pack(rng, data)
    if name.endswith(".pdf") and rng.random() < 0.6:
        return damaged_streams(rng, data)
    if name.endswith(".xml") and rng.random() < 0.7:
        return rng.choice((retagged, revalued, revalued))(rng, data)
    return rng.choice(PLAIN)(rng, data)


def trial(name: str, data: bytes) -> tuple[str, list[Voucher]]:
    """("" or what went wrong, the vouchers)."""
    started = time.process_time()  # the machine may be busy with other things
    found: list[Voucher] = []
    try:
        found = reading.read_bytes(name, data)
        for one in found:
            one.wire()
    except BaseException:
        return traceback.format_exc(), found
    if (spent := time.process_time() - started) > SLOW:
        return f"slow: {spent:.1f} s", found
    odd = [f for one in found for f in one.findings if f.code == "unreadable"]
    if odd:
        return "caught only by the last net: " + _last_trace(), found
    return ("" if found else "nothing came back"), found


_traces: list[str] = []


def _last_trace() -> str:
    return _traces[-1] if _traces else "?"


def _listen() -> None:
    """Keep the traces the reader's last net writes into the log."""
    import logging

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info:
                _traces[:] = ["".join(traceback.format_exception(*record.exc_info))]

    logger = logging.getLogger("salesdesk.vouchers")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(Keeper())


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 when something was found."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path)
    asked = options.parse_args(arguments)
    faulthandler.enable()
    _listen()
    rng, until, runs = random.Random(asked.seed), time.monotonic() + asked.seconds, 0
    files = seeds()
    faults: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    while time.monotonic() < until:
        name = rng.choice(sorted(files))
        data = variant(rng, name, files[name])
        if asked.keep:  # pdfium is native: should it take the process down, the file is here
            (asked.keep / "last").write_bytes(data)
        wrong, found = trial(name, data)
        runs += 1
        findings.update(f.code for one in found for f in one.findings)
        if wrong:
            key = wrong.strip().splitlines()[-1][:160] if not wrong.startswith("slow") else "slow"
            faults[f"{name.partition('.')[2]}: {key}"] += 1
            if faults[f"{name.partition('.')[2]}: {key}"] == 1:
                print(f"--- {name} (run {runs})\n{wrong}", flush=True)
                if asked.keep:
                    (asked.keep / f"{hashlib.sha256(data).hexdigest()[:12]}-{name}").write_bytes(data)
        if runs % 2000 == 0:
            print(f"{runs:,} files, {sum(faults.values())} faults", file=sys.stderr, flush=True)
    print(
        f"{runs:,} damaged files in {asked.seconds:.0f} s, seed {asked.seed}: {sum(faults.values())} faults of {len(faults)} kinds"
    )
    for key, count in faults.most_common():
        print(f"  {count:6} × {key}")
    print("findings:", dict(findings.most_common()))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
