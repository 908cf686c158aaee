"""The mean of several models' weights ("model soup": Wortsman et al. 2022, arXiv 2203.05482).

    python -m eval.training.average OUT WEIGHTS WEIGHTS [WEIGHTS ...]

Each of WEIGHTS is a checkpoint, a milestone or a file that ships; OUT is a milestone. Only models that were trained on
from one another lie close enough for their mean to be a model.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from eval.training.checkpoint import save_weights
from eval.training.evaluate import load_any
from index.errors import ModelError


def mean_of(paths: Sequence[Path]) -> tuple[dict[str, Tensor], str]:
    """The trained parameters' mean, float32, and the pooling that all have. Raises ModelError if they differ in it."""
    models = [load_any(path) for path in paths]
    poolings = {model.shape.pooling for model in models}
    if len(poolings) != 1:
        raise ModelError(f"these models pool differently ({', '.join(sorted(poolings))}): they have no mean")
    named = [model.trained() for model in models]
    mean = {name: torch.stack([one[name].detach().float() for one in named]).mean(dim=0) for name in named[0]}
    return mean, poolings.pop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("weights", type=Path, nargs="+")
    arguments = parser.parse_args()
    save_weights(arguments.out, *mean_of(arguments.weights))


if __name__ == "__main__":
    main()
