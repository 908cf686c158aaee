"""Runs an exported graph over texts or pairs of texts, without torch.

One sequence a run, one thread a run, several runs at once. A sequence then needs no padding, and dynamic
quantization takes its activation scale from that sequence alone: a text gives the same bytes whatever stands
beside it and however many threads there are (docs/design.md, decision 7).
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import InputError, ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Input: TypeAlias = str | tuple[str, str]  # a text, or two segments

INPUT_NAMES = ("input_ids", "token_type_ids")
# "Optimizations" that are none: the fused kernel is scalar, addition and normalization one by one take a fifth of it.
_SLOWER = ("SkipLayerNormFusion",)


_REMEMBERED = 8192  # rows: 13 MB of vectors at most


class OnnxModel:
    """A graph from ``input_ids`` and ``token_type_ids`` ``(1, length)`` to ``(1, width)``, and its tokenizer."""

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer", *, threads: int) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self._lately: dict[Input, NDArray[np.float32]] = {}  # the oldest first
        self._input_names = [entry.name for entry in session.get_inputs()]  # a graph may not need the second one
        self.width = int(session.get_outputs()[0].shape[1])

    @classmethod
    def load(cls, graph: Path, tokenizer: Path, *, max_tokens: int, threads: int) -> "OnnxModel":
        """Opens the graph. Longer inputs are cut to ``max_tokens``, of a pair the longer segment first.

        :raises ModelError: one of the two files is missing or damaged.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                str(graph), options, providers=["CPUExecutionProvider"], disabled_optimizers=[*_SLOWER]
            )
        except Exception as exc:  # onnxruntime's errors share no class of their own
            raise ModelError(f"{graph} cannot be loaded ({_one_line(exc)}): delete it, it is made again") from exc
        return cls.of(session, tokenizer, max_tokens=max_tokens, threads=threads)

    @classmethod
    def of(cls, session: "InferenceSession", tokenizer: Path, *, max_tokens: int, threads: int) -> "OnnxModel":
        """As :meth:`load`, for a graph that is open already."""
        return cls(session, _tokenizer(tokenizer, max_tokens), threads=threads)

    def run(self, inputs: Sequence[Input]) -> NDArray[np.float32]:
        """One row an input, ``(len(inputs), width)``. Equal inputs are run once, those run lately not again.

        :raises InputError: a text is not valid Unicode.
        """
        known = {text: self._lately[text] for text in inputs if text in self._lately}
        new = [text for text in dict.fromkeys(inputs) if text not in known]
        known |= dict(zip(new, self._run_each(new), strict=True))
        self._remember({text: known[text] for text in new})
        rows = np.empty((len(inputs), self.width), dtype=np.float32)
        for row, text in enumerate(inputs):
            rows[row] = known[text]
        return rows

    def _remember(self, rows: dict[Input, NDArray[np.float32]]) -> None:
        """Keeps the newest rows: wire copy comes close together, and a claim is asked again with other options."""
        for text, row in list(rows.items())[-_REMEMBERED:]:
            self._lately[text] = row
        for text in list(islice(self._lately, max(0, len(self._lately) - _REMEMBERED))):
            del self._lately[text]

    def feeds(self, text: Input) -> dict[str, NDArray[np.int64]]:
        """What the graph takes for one input.

        :raises InputError: it is not valid Unicode.
        """
        try:
            encoding = self._tokenizer.encode(*((text,) if isinstance(text, str) else text))
        except TypeError as exc:  # all that the tokenizer says about half of a surrogate pair
            raise InputError(f"not valid Unicode: {text!a:.60}: mend it in the source", reason="not-unicode") from exc
        values = dict(zip(INPUT_NAMES, (encoding.ids, encoding.type_ids), strict=True))
        return {name: np.array([values[name]], dtype=np.int64) for name in self._input_names}

    def _run_each(self, inputs: list[Input]) -> list[NDArray[np.float32]]:
        workers = min(self._threads, len(inputs))
        if workers <= 1:
            return [self._run_one(text) for text in inputs]
        pool = ThreadPoolExecutor(workers)
        try:
            return list(pool.map(self._run_one, inputs))
        finally:
            pool.shutdown(cancel_futures=True)  # after an error or Ctrl-C, the rest is not waited for

    def _run_one(self, text: Input) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._session.run(None, self.feeds(text))[0][0]
        return row


def _tokenizer(path: Path, max_tokens: int) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as exc:  # tokenizers raises bare Exception
        raise ModelError(f"{path} cannot be read ({_one_line(exc)}): reinstall the package it belongs to") from exc
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _one_line(exc: Exception) -> str:
    return " ".join(str(exc).split())[:120]
