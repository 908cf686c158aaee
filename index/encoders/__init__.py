"""From text to vectors. :func:`load_encoder` gives the embedded model, or any other by hub name or local folder."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DEFAULT_ENCODER = "minilm-opposed"
BACKBONE = "minilm"


class Encoder(Protocol):
    """Turns texts into vectors, the same bytes for the same text whatever the batch, its order or the threads."""

    @property
    def name(self) -> str:
        """What :func:`load_encoder` takes."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hexadecimal. Changes when the weights, their precision, the tokenizer or the export's recipe change."""
        ...

    @property
    def dimension(self) -> int:
        """Width of the vectors."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of unit length, ``(len(texts), dimension)``.

        :raises InputError: a text is not valid Unicode.
        """
        ...

    def toward_rebuttals(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """For each claim's vector the one near which statements that contradict it lie, ``(n, dimension)``, of unit
        length: itself, where the model knows nothing of opposition."""
        ...


def load_encoder(
    name: str | None = None,
    *,
    cache: Path | None = None,
    threads: int | None = None,
    notify: Callable[[str], None] | None = None,
) -> Encoder:
    """The embedded encoder (no name, or ``minilm-opposed``), its backbone as published (``minilm``), or another by
    local folder or hub name.

    :param cache: where the exported graph lies; default :func:`index.environment.cache_folder`.
    :param threads: how many texts are encoded at once; default :func:`index.environment.threads`.
    :param notify: gets one line about anything that takes long, such as the export on first use.
    :raises ModelError: no such model, altered weights, or a cache folder that cannot be written.
    """
    from index import environment

    threads = environment.threads() if threads is None else threads
    notify = notify or _ignore
    if name is None or name == DEFAULT_ENCODER:
        from index.encoders.opposed import OpposedMiniLM

        return OpposedMiniLM.load(cache or environment.cache_folder(), threads=threads, notify=notify)
    if name == BACKBONE:
        from index.encoders.minilm import MiniLM

        return MiniLM.load(cache or environment.cache_folder(), threads=threads, notify=notify)
    from index.encoders.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder.load(name, threads=threads, notify=notify)


def is_interchangeable(encoder: Encoder, fingerprint: str) -> bool:
    """Whether the cosines of the encoder with that fingerprint are those of this one but for rounding: its own, and for
    an embedded one those of its weights in the other precision, which some processors need."""
    if encoder.fingerprint == fingerprint:
        return True
    if encoder.name not in (DEFAULT_ENCODER, BACKBONE):
        return False
    from index.encoders import minilm, opposed

    own = opposed if encoder.name == DEFAULT_ENCODER else minilm
    return fingerprint in own.fingerprints()


def _ignore(message: str) -> None:
    """For callers that want no messages."""
