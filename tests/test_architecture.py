"""The shape of the house: who may import whom, and what may be loaded when."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Within checker/: from the doors down to the bytes. A room imports only rooms that stand further right.
ROOMS = ["cli", "web", "nightly", "facade", "reporting", "disputes", "judging", "matching", "extraction", "reading"]
DOORS = {"cli", "web"}
BESIDE = {  # modules that stand on another room's floor
    "__init__": "facade",
    "__main__": "cli",
    "health": "facade",
    "comparison": "facade",
    "disputing": "facade",
}


def _modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def _imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file, as dotted names."""
    found = set()
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def _room(dotted: str) -> str:
    name = dotted.split(".")[1] if "." in dotted else "__init__"
    return BESIDE.get(name, name)


@pytest.mark.parametrize("path", _modules("index"), ids=str)
def test_index_imports_nothing_of_checker_or_eval(path: Path) -> None:
    assert not [name for name in _imported(path) if name.split(".")[0] in ("checker", "eval", "tests")]


@pytest.mark.parametrize("path", _modules("checker"), ids=str)
def test_checker_imports_nothing_of_eval(path: Path) -> None:
    assert not [name for name in _imported(path) if name.split(".")[0] in ("eval", "tests")]


@pytest.mark.parametrize("path", _modules("checker"), ids=str)
def test_rooms_of_checker_import_only_downwards(path: Path) -> None:
    here = _room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert here in ROOMS, f"{path} is in no known room"
    for name in _imported(path):
        if not name.startswith("checker."):
            continue
        there = _room(name)
        if there in ROOMS and there != here:
            assert ROOMS.index(there) > ROOMS.index(here) and there not in DOORS, f"{path} imports {name}"


def test_the_command_line_starts_without_heavy_libraries() -> None:
    code = (
        "import sys, checker.cli\n"
        "sys.argv = ['checker', '--help']\n"
        "try:\n    checker.cli.main()\nexcept SystemExit as e:\n    assert e.code == 0, e.code\n"
        "heavy = {'torch', 'sklearn', 'faiss', 'sentence_transformers', 'transformers', 'onnxruntime', 'numpy'}\n"
        "print(sorted(heavy & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "query" in done.stdout


@pytest.mark.parametrize("package", ["checker", "index"])
def test_nothing_below_the_doors_prints(package: str) -> None:
    for path in _modules(package):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        assert "print" not in {c.func.id for c in calls if isinstance(c.func, ast.Name)}, path


@pytest.mark.parametrize("package", ["checker", "index", "eval"])
def test_nothing_unpickles(package: str) -> None:
    for path in _modules(package):
        forbidden = {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}
        assert not {name.split(".")[0] for name in _imported(path)} & forbidden, path
