"""A judge behind an address, with a server of our own on this machine that answers as each test says."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from checker.facade import Checker
from checker.judging.by_name import known_pairs
from checker.judging.endpoint import AT_ONCE, KEY_VARIABLE, EndpointJudge
from checker.judging.nli import LABELS
from index import environment
from index.encoders import load_encoder
from index.errors import ModelError, UsageError
from index.records import Statement

_KNOWN = {(pair.premise, pair.hypothesis): pair.label for pair in known_pairs()}
_PAIR = ("The pass is open.", "The pass is shut.")


@dataclass(slots=True)
class _Server:
    """``answer`` makes the bytes of a response of the question's two texts; ``asked`` are the questions so far."""

    answer: Callable[[str, str], bytes]
    status: int = 200
    delay: float = 0.0
    asked: list[tuple[dict[str, Any], str | None]] = field(default_factory=list)
    address: str = ""


def _says(**probabilities: float) -> bytes:
    return _content(json.dumps(probabilities))


def _content(text: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def _right(premise: str, hypothesis: str) -> bytes:
    """Right about the known pairs, and of two minds about any other."""
    label = _KNOWN.get((premise, hypothesis))
    if label is None:
        return _says(neutral=0.5, contradiction=0.3, entailment=0.2)
    return _says(**{one: 0.9 if one == label else 0.05 for one in LABELS})


def _cache_with_the_encoder(folder: Path) -> Path:
    """A cache folder without answers; its encoder is the one that is exported already, which takes half a minute."""
    load_encoder()
    folder.mkdir()
    for graph in environment.cache_folder().glob("*/graph.onnx"):
        (folder / graph.parent.name).symlink_to(graph.parent)
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[_Server]:
    monkeypatch.setenv("CHECKER_CACHE", str(_cache_with_the_encoder(tmp_path / "cache")))
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    state = _Server(_right)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append((question, self.headers["Authorization"]))
            sides = json.loads(question["messages"][-1]["content"])
            time.sleep(state.delay)
            body = state.answer(sides["premise"], sides["hypothesis"])
            try:
                self.send_response(state.status)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the client gave up, as it should

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=running.serve_forever, daemon=True).start()
    state.address = f"http://127.0.0.1:{running.server_port}/v1#tiny"
    yield state
    running.shutdown()
    running.server_close()


def test_its_answers_stand_in_our_order_of_labels(server: _Server) -> None:
    with EndpointJudge.load(server.address) as judge:
        found = judge.probabilities([_PAIR, _PAIR[::-1], _PAIR])
        np.testing.assert_allclose(found, [[0.3, 0.2, 0.5]] * 3)
        assert judge.probabilities([]).shape == (0, 3)
    question, key = server.asked[-1]
    assert question["model"] == "tiny"
    assert question["temperature"] == 0
    assert question["response_format"]["type"] == "json_schema"
    assert key is None


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "\n``` JSON {} ```\n"])
def test_an_answer_in_a_fence_is_read(server: _Server, fence: str) -> None:
    server.answer = lambda *pair: _content(
        fence.replace("{}", json.loads(_right(*pair))["choices"][0]["message"]["content"])
    )
    with EndpointJudge.load(server.address) as judge:
        np.testing.assert_allclose(judge.probabilities([_PAIR]), [[0.3, 0.2, 0.5]])


def test_a_pair_is_sent_once_and_kept_for_the_next_run(server: _Server) -> None:
    with EndpointJudge.load(server.address) as judge:
        judge.probabilities([_PAIR, _PAIR])
    assert len(server.asked) == len(_KNOWN) + 1
    with EndpointJudge.load(server.address) as again:
        np.testing.assert_allclose(again.probabilities([_PAIR]), [[0.3, 0.2, 0.5]])
    assert len(server.asked) == len(_KNOWN) + 1


def test_another_model_at_the_same_address_has_its_own_answers(server: _Server) -> None:
    with EndpointJudge.load(server.address) as one, EndpointJudge.load(f"{server.address}-too") as other:
        assert one.fingerprint != other.fingerprint
    assert len(server.asked) == 2 * len(_KNOWN)


def test_a_damaged_answer_in_the_cache_is_asked_again(server: _Server, tmp_path: Path) -> None:
    with EndpointJudge.load(server.address) as judge:
        judge.probabilities([_PAIR])
        for kept in (tmp_path / "cache").rglob("*.json"):
            kept.write_text('{"contradiction": 7}')
        np.testing.assert_allclose(judge.probabilities([_PAIR]), [[0.3, 0.2, 0.5]])


def test_the_key_comes_from_the_environment(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "open-sesame")
    EndpointJudge.load(server.address).close()
    assert {key for _, key in server.asked} == {"Bearer open-sesame"}


def test_a_model_that_takes_contradictions_for_entailments_is_refused(server: _Server) -> None:
    def swapped(premise: str, hypothesis: str) -> bytes:
        label = _KNOWN[premise, hypothesis]
        turned = {"contradiction": "entailment", "entailment": "contradiction"}.get(label, label)
        return _says(**{one: float(one == turned) for one in LABELS})

    server.answer = swapped
    with pytest.raises(ModelError, match="known pairs right"):
        EndpointJudge.load(server.address)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>502</html>",
        b"\xff\xfe",
        b"[]",
        b'{"choices": []}',
        b"[" * 50_000,
        _content("They contradict."),
        _content("```json\nThey contradict.\n```"),
        _content('```json\n{"contradiction": 0.5}\n```'),
        _content("[" * 50_000),
        _content("[0.3, 0.2, 0.5]"),
        _says(contradiction=0.5, neutral=0.5),
        _says(contradiction=0.9, entailment=0.9, neutral=0.9),
        _says(contradiction=-0.5, entailment=0.5, neutral=1.0),
        _content('{"contradiction": NaN, "entailment": 0.5, "neutral": 0.5}'),
        _content('{"contradiction": "1", "entailment": 0, "neutral": 0}'),
        _content('{"contradiction": true, "entailment": 0, "neutral": 0}'),
    ],
)
def test_nonsense_is_an_error_and_never_a_guess(server: _Server, tmp_path: Path, body: bytes) -> None:
    server.answer = lambda _, __: body
    with pytest.raises(ModelError, match="answered nonsense"):
        EndpointJudge.load(server.address)
    assert list((tmp_path / "cache").rglob("*.json")) == []


def test_a_server_that_is_slow_is_given_up_in_time(server: _Server) -> None:
    """More pairs than are asked at once: none of the rest is asked once it is known that the server is slow."""
    assert len(_KNOWN) > AT_ONCE
    server.delay = 5.0
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"did not answer within 1.5 s"):
        EndpointJudge.load(server.address, timeout=1.5)
    assert time.monotonic() - began < 2.8
    assert len(server.asked) <= AT_ONCE


def test_an_answer_without_end_is_given_up(server: _Server) -> None:
    server.answer = lambda _, __: b" " * 1_000_000
    with pytest.raises(ModelError, match="without end"):
        EndpointJudge.load(server.address)


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_a_refusal_is_told_with_its_status(server: _Server, status: int) -> None:
    server.status = status
    with pytest.raises(ModelError, match=f"status {status}"):
        EndpointJudge.load(server.address)


def test_an_address_where_nobody_listens_is_told(server: _Server) -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        EndpointJudge.load("http://127.0.0.1:1/v1#tiny")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://127.0.0.1/v1", "names no model"),
        ("https:///v1#tiny", "names no model"),
        ("https://user:word@example.org/v1#tiny", "holds no name"),
        ("https://example.org/v1?key=word#tiny", "holds no name"),
        ("http://example.org/v1#tiny", "not encrypted"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_unasked(
    monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "open-sesame")
    with pytest.raises(UsageError, match=told):
        EndpointJudge.load(address)


def test_without_httpx_the_error_names_what_to_install(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ModelError, match=r"pip install 'claim-cross-checker\[endpoint\]'"):
        EndpointJudge.load(server.address)


def test_scores_are_fitted_to_a_judge_that_is_too_shy(server: _Server, run: Any, tmp_path: Path) -> None:
    """It says .3 where two texts contradict, and .1 to .2 where they do not: an order, and no probability."""

    def shy(premise: str, hypothesis: str) -> bytes:
        if (premise, hypothesis) in _KNOWN:
            return _right(premise, hypothesis)
        contradiction = 0.3 if "shut" in premise + hypothesis else 0.1 + len(premise) % 10 / 100
        return _says(contradiction=contradiction, entailment=0.1, neutral=0.9 - contradiction)

    server.answer = shy
    rows = [
        {"premise": f"Pass {i} is open.", "hypothesis": f"{road} {i} is {state}.", "label": label}
        for i in range(50)
        for road, state, label in (("Pass", "shut", "contradiction"), ("Road", "open", "neutral"))
    ]
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "one.jsonl").write_text(json.dumps(rows[0]) + "\n")
    scorer, judging = tmp_path / "scorer.json", ("--judge", server.address)
    assert run("calibrate", tmp_path / "pairs.jsonl", *judging, "--out", scorer).code == 0
    before = run("judge", tmp_path / "one.jsonl", *judging, "--json")
    after = run("judge", tmp_path / "one.jsonl", *judging, "--scorer", scorer, "--json")
    assert before.lines[0]["verdict"] != "contradiction"
    assert (after.lines[0]["verdict"], after.lines[0]["score"] > 0.9) == ("contradiction", True)
    assert "run 'checker calibrate'" in before.err
    assert "calibrate" not in after.err
    assert "fitted for another judge" in run("judge", tmp_path / "one.jsonl", "--scorer", scorer).err


def test_the_facade_takes_an_address_for_a_judge_and_says_where_texts_go(server: _Server) -> None:
    told: list[str] = []
    with Checker.open(None, judge=server.address, notify=told.append) as checker:
        (verdict,) = checker.judge([(Statement.claim(_PAIR[0]), Statement.claim(_PAIR[1]))])
    assert verdict.probabilities.contradiction == pytest.approx(0.3)
    assert any("sent to 127.0.0.1" in line for line in told)
