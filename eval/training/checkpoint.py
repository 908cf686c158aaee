"""One safetensors file holds a whole training state; it appears at once or not at all."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from eval.training.data import Position
from eval.training.model import CrossEncoder
from index.errors import ModelError


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands.

    ``rows``: of this phase; ``total_rows``: of the run; ``mixture``: fingerprint of the phase's data.
    """

    phase: int
    position: Position
    steps: int
    rows: int
    total_rows: int
    mixture: str


def save_checkpoint(
    path: Path, model: CrossEncoder, average: Mapping[str, Tensor], optimiser: torch.optim.Optimizer, progress: Progress
) -> None:
    """Trained parameters, their moving average, the optimiser's moments and the place in the stream."""
    tensors: dict[str, Tensor] = {}
    for name, parameter in model.trained().items():
        tensors[f"model.{name}"] = parameter.detach()
        tensors[f"average.{name}"] = average[name]
        for kind, value in optimiser.state.get(parameter, {}).items():
            tensors[f"{kind}.{name}"] = value
    write_tensors(path, tensors, {"progress": json.dumps(asdict(progress)), "pooling": model.shape.pooling})


def load_checkpoint(
    path: Path, model: CrossEncoder, average: Mapping[str, Tensor], optimiser: torch.optim.Optimizer
) -> Progress:
    """Puts the stored state into all three and returns where the run stood. Raises ModelError for a damaged file."""
    tensors, metadata = read_tensors(path)
    with torch.no_grad():
        for name, parameter in model.trained().items():
            parameter.copy_(tensors[f"model.{name}"])
            average[name].copy_(tensors[f"average.{name}"])
            moments = {
                kind: tensors[f"{kind}.{name}"]
                for kind in ("step", "exp_avg", "exp_avg_sq")
                if f"{kind}.{name}" in tensors
            }
            if moments:
                step = moments.pop("step")
                optimiser.state[parameter] = {"step": step} | {
                    kind: value.to(parameter.device) for kind, value in moments.items()
                }
    record = json.loads(metadata["progress"])
    return Progress(**(record | {"position": Position(**record["position"])}))


def save_weights(path: Path, tensors: Mapping[str, Tensor], pooling: str) -> None:
    """Trained parameters alone, by the model's own names."""
    write_tensors(path, dict(tensors), {"pooling": pooling})


def load_weights(path: Path, model: CrossEncoder) -> None:
    """Trained parameters from a weights file, or the moving average from a checkpoint."""
    tensors, _ = read_tensors(path)
    with torch.no_grad():
        for name, parameter in model.trained().items():
            stored = tensors.get(name, tensors.get(f"average.{name}"))
            if stored is None:
                raise ModelError(f"{path}: lacks {name}; it is of another architecture")
            parameter.copy_(stored)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """All tensors and the metadata of a safetensors file."""
    try:
        with safe_open(path, framework="pt") as stored:
            return {name: stored.get_tensor(name) for name in stored.keys()}, stored.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: cannot be read ({error}); take an earlier checkpoint") from error


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    save_file({name: value.detach().cpu().contiguous() for name, value in sorted(tensors.items())}, partial, metadata)
    with partial.open("rb") as handle:
        os.fsync(handle.fileno())
    partial.replace(path)
