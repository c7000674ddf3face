"""The shape of the source: short files, telling names, one place for colours, one for the log, a light start."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MOST_LINES = 450
# file -> why it may be longer
LONG_FILES: dict[str, str] = {}

# The formatter breaks at 120; a text it cannot break, or a table kept in columns, may go this far.
MOST_CHARACTERS = 140

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}

COLOURS_LIVE_IN = "ui/kit/theme.py"
COLOUR = re.compile(r"^#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$|#[0-9a-fA-F]{6}\b")

# The tables of the change log may be named in SQL by those who write it (work, and the triggers that tables.py
# generates), by those who read it for undo, history and sync, and by the check for somebody else's newer change.
LOG_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+\"?(?:change|operation)\b")
LOG_IS_NAMED_BY = (
    "salesdesk/persistence/",
    "salesdesk/services/undo.py",
    "salesdesk/services/history.py",
    "salesdesk/services/records.py",
    "salesdesk/services/sync/",
)

HEAVY = {"pandas", "numpy", "openpyxl", "reportlab", "pypinyin", "python_calamine", "pypdfium2", "lxml"}


AT_THE_TOP = {
    *("salesdesk", "ui", "resources", "data", "tests", "pyproject.toml", "build_installer.spec", "README.md"),
    *("ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "dev.py", "constraints.txt"),
}


def sources(*packages: str) -> Iterator[Path]:
    """Every Python file of the packages."""
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="这里不是 git 工作区")
def test_nothing_stands_at_the_top_that_does_not_belong_there() -> None:
    """A slip of the keyboard once left a file named after a button there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    tops = {name.split("/")[0] for name in listed.split("\0") if name}
    assert {name for name in tops if not name.startswith(".")} <= AT_THE_TOP


def name_of(path: Path) -> str:
    """The path as this file writes it, on any system."""
    return path.relative_to(ROOT).as_posix()


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Line and value of every string of a file that is not a docstring."""
    tree = ast.parse(source)
    spoken = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.lineno, node.value


def test_files_stay_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources("salesdesk", "ui")}
    too_long = {name: lines for name, lines in lengths.items() if lines > MOST_LINES and name not in LONG_FILES}
    assert not too_long, f"more than {MOST_LINES} lines; split it, or name the reason in LONG_FILES: {too_long}"
    no_longer = {name for name in LONG_FILES if lengths.get(name, 0) <= MOST_LINES}
    assert not no_longer, f"no longer long, take it out of LONG_FILES: {no_longer}"


def test_lines_fit_beside_one_another() -> None:
    too_wide = [
        f"{name_of(path)}:{number} ({len(line)})"
        for path in sources("salesdesk", "ui", "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MOST_CHARACTERS
    ]
    assert not too_wide, f"more than {MOST_CHARACTERS} characters: {too_wide}"


def test_names_say_something() -> None:
    bad = [
        name_of(path)
        for path in sources("salesdesk", "ui")
        if NAMES_THAT_SAY_NOTHING & {path.stem, *path.relative_to(ROOT).parts[:-1]}
    ]
    assert not bad


def test_every_file_begins_with_a_sentence() -> None:
    """A file's first docstring line is one sentence a clerk could follow."""
    silent = [
        name_of(path)
        for path in sources("salesdesk", "ui")
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def colours_in(source: str) -> list[str]:
    """The colour literals of a file's strings."""
    return [f"{line}: {text!r}" for line, text in texts(source) if COLOUR.search(text)]


def test_colours_live_in_the_theme() -> None:
    found = {
        name_of(path): colours_in(path.read_text(encoding="utf-8"))
        for path in sources("ui")
        if name_of(path) != COLOURS_LIVE_IN
    }
    assert not {name: lines for name, lines in found.items() if lines}


def test_a_colour_outside_the_theme_is_seen() -> None:
    assert colours_in('"""#ff0000 in a docstring is talk"""\nstyle = f"color: #0F6CBD; width: {3}px"')
    assert colours_in('ink = "#fff"')
    assert not colours_in('label = "#12 order"\nhref = "page#top"')


def test_the_systems_own_words_are_shown_to_nobody() -> None:
    """`strerror` is English; `errors.system_reason` and `files.fault_of` say the same in words with a cure."""
    assert not [name_of(path) for path in sources("salesdesk", "ui") if ".strerror" in path.read_text(encoding="utf-8")]


def log_named_in(source: str) -> list[str]:
    """The SQL texts of a file that name a table of the change log."""
    return [f"{line}: {text!r}" for line, text in texts(source) if LOG_TABLE.search(text)]


def test_the_change_log_is_named_by_its_keepers_only() -> None:
    found = {
        name_of(path): log_named_in(path.read_text(encoding="utf-8"))
        for path in sources("salesdesk", "ui")
        if not name_of(path).startswith(LOG_IS_NAMED_BY)
    }
    assert not {name: lines for name, lines in found.items() if lines}


def test_a_stranger_at_the_log_is_seen() -> None:
    assert log_named_in('work.execute("DELETE FROM change WHERE id = 1")')
    assert log_named_in("q = f'SELECT 1 FROM orders o JOIN operation p ON p.id = {x}'")
    assert not log_named_in('q = "SELECT price_change FROM order_line"')


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("salesdesk.domain", HEAVY | {"sqlalchemy", "sqlcipher3", "PySide6"}),
        ("salesdesk.desk", HEAVY | {"PySide6"}),
        ("salesdesk.cli", HEAVY | {"PySide6"}),
        ("ui.main", HEAVY),
    ],
)
def test_the_start_stays_light(module: str, forbidden: set[str]) -> None:
    path = ROOT.joinpath(*module.split("."))
    if not path.with_suffix(".py").exists() and not (path / "__init__.py").exists():
        pytest.skip(f"{module} is not written yet")
    code = f"import sys, {module}\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert not forbidden & set(done.stdout.split())


@pytest.mark.parametrize("code", ["from salesdesk.desk import find_modules; find_modules()", "import ui.main"])
def test_the_start_loads_nothing_slow(code: str) -> None:
    """Each of these costs milliseconds of every start, `ssl` and its like twenty; they belong inside functions."""
    slow = {"csv", "difflib", "email", "hashlib", "http", "pickle", "socket", "ssl", "uuid", "xml"}
    code = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert not slow & set(done.stdout.split())


def test_the_domain_needs_the_standard_library_only() -> None:
    """Stronger than the contract, which has to name what it forbids. One guest: the dictionary of readings."""
    own = sys.stdlib_module_names | {"salesdesk"}
    strange = {
        (name_of(path), name)
        for path in sources("salesdesk/domain")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imported_by(node)
        if name.split(".")[0] not in own
    }
    assert strange <= {("salesdesk/domain/pinyin.py", "pypinyin")}


def imported_by(node: ast.AST) -> list[str]:
    """The modules an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def test_every_folder_explains_itself() -> None:
    tops = ["salesdesk", "ui", "resources", "data", "tests", ".ci"]
    folders = [ROOT, *(ROOT / top for top in tops)]
    for top in tops:
        folders += [path for path in (ROOT / top).rglob("*") if path.is_dir() and path.name != "__pycache__"]
    silent = [
        name_of(folder)
        for folder in folders
        if any(path.is_file() for path in folder.iterdir()) and not (folder / "README.md").exists()
    ]
    assert not silent, f"a folder without README.md: {silent}"
