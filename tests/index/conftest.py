"""Small articles, with statements and vectors that can be computed again from what they say."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.records import Actor, Article, Statement

Reading = tuple[Article, list[Statement], NDArray[np.float32]]

MINISTRY = Actor(id="ruritania-ministry", name="Foreign ministry", side="ruritania")


def read(id: str, *sentences: str, actor: Actor | None = MINISTRY, **fields: str | None) -> Reading:
    """An article of these sentences, each of them one statement by ``actor``, with a vector made of its letters."""
    article = Article(id=id, text=" ".join(sentences), **fields)  # type: ignore[arg-type]
    statements = []
    start = 0
    for sentence in sentences:
        span = (start, start + len(sentence))
        start = span[1] + 1
        statements.append(
            Statement(
                article=id,
                attribution=f"{id}/{span[0]}",
                actor=actor,
                chain=(),
                source_spans=(),
                cue_spans=(),
                content_spans=(span,),
                content=sentence,
                proposition=sentence,
                date=article.day,
            )
        )
    return article, statements, vectors_for([s.proposition for s in statements])


def vectors_for(texts: Sequence[str], dimension: int = 4) -> NDArray[np.float32]:
    """One row a text, ``(len(texts), dimension)``: the first bytes of its SHA-256."""
    rows = [list(hashlib.sha256(text.encode()).digest()[:dimension]) for text in texts]
    return np.array(rows, dtype=np.float32).reshape(len(texts), dimension)


@pytest.fixture(name="read", scope="session")
def read_fixture() -> Callable[..., Reading]:
    return read


@pytest.fixture(name="vectors_for", scope="session")
def vectors_for_fixture() -> Callable[..., NDArray[np.float32]]:
    return vectors_for
