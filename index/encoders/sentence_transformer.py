"""Any other encoder, by local folder or hub name, through sentence-transformers (``checker --encoder NAME``).

Each text is run alone, on one torch thread, several texts at once: padding and the way in which a matrix product is
split over threads both change the last bits, so this is what keeps a text's vector the same whatever stands beside it
(docs/design.md, decision 7). Only safetensors are loaded: other weight files are pickles, which can run code.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.encoders.hub import fingerprint_of, model_files, model_folder
from index.errors import InputError, ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEncoder:
    """A sentence-transformers model. Vectors of unit length."""

    def __init__(self, name: str, fingerprint: str, model: "SentenceTransformer", *, threads: int) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = int(self._embed_with(model, "").shape[0])  # also settles the tokenizer before threads use it
        self._model = model
        self._threads = threads

    @classmethod
    def load(cls, name: str, *, threads: int, notify: Callable[[str], None]) -> Self:
        """Loads the model in the folder ``name``, or the one that the hub calls so.

        :raises ModelError: neither is there, the hub cannot be reached, or what is there is no usable model.
        """
        folder = model_folder(name, notify)
        files = model_files(folder)
        if not any(path.name in ("modules.json", "config.json") for path in files if path.parent == folder):
            raise ModelError(f"the folder '{name}' holds no model (no modules.json, no config.json): name another")
        if not any(path.suffix == ".safetensors" for path in files):
            raise ModelError(f"the model '{name}' has no safetensors weights: convert it, or name another")
        notify(f"loading the encoder '{name}' (this takes some seconds)")
        return cls(name, fingerprint_of(folder, files), _load(folder, name), threads=threads)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, ``(len(texts), dimension)``; equal texts are computed once.

        :raises InputError: a text is not valid Unicode.
        """
        distinct = list(dict.fromkeys(texts))
        for text in distinct:
            _require_unicode(text)
        position = {text: row for row, text in enumerate(distinct)}
        rows = np.empty((len(distinct), self.dimension), dtype=np.float32)
        pool = ThreadPoolExecutor(max(1, min(self._threads, len(distinct))), initializer=_use_one_thread)
        try:
            for row, values in enumerate(pool.map(self._embed, distinct)):
                rows[row] = values
        finally:
            pool.shutdown(cancel_futures=True)
        return rows[[position[text] for text in texts]]

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors themselves: this model knows nothing of opposition."""
        return vectors

    def _embed(self, text: str) -> NDArray[np.float32]:
        return self._embed_with(self._model, text)

    @staticmethod
    def _embed_with(model: "SentenceTransformer", text: str) -> NDArray[np.float32]:
        row = model.encode(text, show_progress_bar=False, convert_to_numpy=True, normalize_embeddings=True)
        return np.asarray(row, dtype=np.float32)


def _load(folder: Path, name: str) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except Exception as exc:  # each of the libraries below raises its own kinds
        reason = " ".join(str(exc).split())[:120]
        raise ModelError(f"the model '{name}' cannot be loaded ({reason}): name another") from exc
    return model.to(torch.float32).eval()


def _require_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise InputError(f"not valid Unicode: {text!a:.60}: mend it in the source", reason="not-unicode") from exc


def _use_one_thread() -> None:
    import torch

    torch.set_num_threads(1)
