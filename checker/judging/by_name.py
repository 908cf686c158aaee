"""Any other judge, by local folder or hub name, through sentence-transformers' CrossEncoder (``checker --judge NAME``).

The order of a model's labels is where such use goes wrong silently (huggingface/transformers#8059), so it is read from
the model's configuration and then proven on known pairs; a model that gets them wrong is refused.
Each pair runs alone: padding would change its last bits with whatever stands beside it (docs/design.md, decision 7).
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from checker.judging.nli import LABELS, Nli, TextPair
from index.encoders.hub import fingerprint_of, model_files, model_folder
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_STEMS = {"contradiction": "contradict", "entailment": "entail", "neutral": "neutral"}
_LEAST_RIGHT = 0.75  # of the known pairs: a fair judge has nearly all right, swapped labels at most a half


@dataclass(frozen=True, slots=True)
class KnownPair:
    """Two sentences whose label nobody disputes."""

    premise: str
    hypothesis: str
    label: str


@cache
def known_pairs() -> tuple[KnownPair, ...]:
    """The pairs on which the order of labels is proven."""
    data = tomllib.loads(files("checker.judging").joinpath("known_pairs.toml").read_text(encoding="utf-8"))
    return tuple(KnownPair(first, second, label) for label in LABELS for first, second in data[label])


class NamedJudge:
    """A sequence-classification model with the three labels of NLI, in whatever order."""

    def __init__(self, name: str, fingerprint: str, model: "CrossEncoder", columns: Sequence[int]) -> None:
        """``columns``: where the model puts each of LABELS."""
        self.name = name
        self.fingerprint = fingerprint
        self._model = model
        self._columns = list(columns)

    @classmethod
    def load(cls, name: str, *, notify: Callable[[str], None] = lambda _: None) -> Self:
        """Loads the model in the folder ``name``, or the one that the hub calls so.

        :raises ModelError: there is none, its weights are no safetensors, it is no judge of three known labels, or it
            is wrong about pairs that any judge has right.
        """
        folder = model_folder(name, notify)
        found = model_files(folder)
        if not any(path.suffix == ".safetensors" for path in found):
            raise ModelError(f"the model '{name}' has no safetensors weights: convert it, or name another")
        notify(f"loading the judge '{name}' (this takes some seconds)")
        model = _load(str(folder), name)
        labels = getattr(model.config, "id2label", None) or {}
        judge = cls(name, fingerprint_of(folder, found), model, _columns(name, labels))
        prove(judge, name)
        return judge

    def probabilities(self, pairs: Sequence[TextPair]) -> NDArray[np.float64]:
        """Shape (n, 3), columns as in LABELS."""
        if not pairs:
            return np.empty((0, len(LABELS)))
        logits = [self._model.predict([pair], convert_to_numpy=True, show_progress_bar=False)[0] for pair in pairs]
        rows = np.asarray(logits, dtype=np.float64)[:, self._columns]
        exponentials = np.exp(rows - rows.max(axis=1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def prove(judge: Nli, name: str) -> None:
    """Lets ``judge`` answer the known pairs.

    :raises ModelError: it is wrong about them.
    """
    known = known_pairs()
    found = judge.probabilities([(pair.premise, pair.hypothesis) for pair in known]).argmax(axis=1)
    right = sum(LABELS[column] == pair.label for column, pair in zip(found, known, strict=True))
    if right < _LEAST_RIGHT * len(known):
        raise ModelError(
            f"the judge '{name}' has {right} of {len(known)} known pairs right: its labels are in another"
            " order than its configuration says, or it is no judge of contradictions; name another"
        )


def _columns(name: str, labels: Mapping[Any, str]) -> list[int]:
    """The column of each of LABELS, by the names in the model's configuration."""
    shown = {int(column): str(label).lower() for column, label in labels.items()}
    columns = [[column for column, label in shown.items() if _STEMS[wanted] in label] for wanted in LABELS]
    if len(shown) != len(LABELS) or any(len(places) != 1 for places in columns):
        raise ModelError(
            f"the model '{name}' has the labels {', '.join(shown.values())}, not contradiction, entailment and neutral:"
            " put their names into id2label of its config.json, or name another"
        )
    return [places[0] for places in columns]


def _load(folder: str, name: str) -> "CrossEncoder":
    import torch
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model: CrossEncoder = CrossEncoder(
            folder,
            device="cpu",
            local_files_only=True,
            activation_fn=torch.nn.Identity(),
            model_kwargs={"use_safetensors": True},
        )
    except Exception as exc:  # each of the libraries below raises its own kinds
        reason = " ".join(str(exc).split())[:120]
        raise ModelError(f"the model '{name}' cannot be loaded ({reason}): name another") from exc
    model.to(torch.float32).eval()
    return model
