"""A resident process that forks one process for each command: Python and its libraries are imported only once.

Reads requests from stdin, one JSON object a line, and answers each with one line: ``{"argv", "environment", "output",
"errors", "limits", "stages"}`` starts a command and gives its process id; ``{"wait": pid}`` gives its exit status.

What only large stores reach is set low, so that a run over few short texts has several commits and keeps a snapshot.
"""

import contextlib
import io
import json
import os
import resource
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import faiss
import onnxruntime

import checker.facade
import checker.health
import checker.nightly
import checker.reading
import checker.reporting.dispute_tables
import index.vectors
from checker.cli import main
from eval.crash.facts import tables_of
from eval.crash.stand_ins import NotJudge, WordEncoder
from index import failpoints

_SMALL: tuple[tuple[Any, str, Any], ...] = (
    (checker.facade, "_ARTICLES_PER_TRANSACTION", 2),
    (checker.nightly, "Nightly", partial(checker.nightly.Nightly, batch=4)),
    (index.vectors, "SNAPSHOT_MIN", 2),
)
_STAND_INS: tuple[tuple[Any, str, Any], ...] = (
    (checker.facade, "load_encoder", lambda *_, **__: WordEncoder()),
    (checker.facade, "_loaded_judge", lambda *_: NotJudge()),
    (checker.facade, "_fitting", lambda judge, *_: judge),
)
_NOBODY = 65534


def _serve() -> None:
    faiss.omp_set_num_threads(1)  # a forked process has only the thread that forked it
    onnxruntime.set_default_logger_severity(3)
    for module, name, value in _SMALL + (_STAND_INS if "stand-ins" in sys.argv else ()):
        setattr(module, name, value)
    _warm_up()
    for line in sys.stdin:
        request = json.loads(line)
        print(_status(request["wait"]) if "wait" in request else _begun(request), flush=True)


def _warm_up() -> None:
    """A command that needs no store and no model: what it imports, the next ones need not import again."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as file, contextlib.redirect_stdout(io.StringIO()):
        file.write(b"Nobody said anything.")
        file.flush()
        sys.argv = ["checker", "extract", file.name]
        with contextlib.suppress(SystemExit):
            main()


def _status(pid: int) -> int:
    return os.waitpid(pid, 0)[1]


def _begun(request: dict[str, Any]) -> int:
    return os.fork() or _work(request)


def _work(request: dict[str, Any]) -> NoReturn:
    """The command, in a process of its own; it never returns into the server."""
    for name, descriptor in (("output", 1), ("errors", 2)):
        file = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, descriptor)
    os.environ.update(request["environment"])
    if (size := request["limits"].get("file_size")) is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    if request["limits"].get("nobody") and os.getuid() == 0:
        os.setuid(_NOBODY)  # whom the root of a container may lock out
    if request["stages"] is not None:
        _keep_stages(Path(request["stages"]), Path(request["environment"]["CHECKER_STORE"]))
    sys.argv = ["checker", *request["argv"]]
    code = 1
    try:
        main()
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _keep_stages(target: Path, store: Path) -> None:
    """After each commit what the store then holds is added to ``target``."""
    note = failpoints._note

    def note_and_keep(log: str, point: str) -> None:
        note(log, point)
        if point == "after commit":
            with target.open("a", encoding="utf-8") as file:
                file.write(json.dumps(tables_of(store)) + "\n")

    failpoints._note = note_and_keep


if __name__ == "__main__":
    _serve()
