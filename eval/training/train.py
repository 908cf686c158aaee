"""Trains a cross-encoder. Can be killed and started again at any time: it goes on where the last checkpoint stands.

    python -m eval.training.train eval/training/config/judge.toml [--threads 2] [--stop-after-rows N]
    python -m eval.training.train eval/training/config/judge.toml --branch early --decay-rows 20000

Everything that it writes lies in the work folder (``CHECKER_WORK``, see data.py), under the configuration's name:
``checkpoint.safetensors`` (whole state), ``milestones/`` (moving average of the weights), ``log.jsonl``.
``--branch`` starts from the checkpoint, lets the learning rate fall to zero over ``--decay-rows`` rows and writes into
a folder of its own, so that good weights can be had at any time without ending the run. ``--begin-from`` starts a run
anew from weights, for when only the exported file is left.
"""

import argparse
import hashlib
import json
import math
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from eval.locate import data_folder, work_folder
from eval.training.checkpoint import Progress, load_checkpoint, save_checkpoint, save_weights
from eval.training.config import Config, Phase, read_config
from eval.training.data import Batch, Mixture, Position, Stream, canonical, load_table, mixture_of
from eval.training.evaluate import QUICK_FILES, load_any, score
from eval.training.model import CrossEncoder, fresh_model

AVERAGE_RAMP = 10  # the moving average follows (1 + n) / (10 + n) at first, as in TensorFlow's ExponentialMovingAverage


class Log:
    """JSON Lines, appended; one record an event."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def write(self, event: str, **values: Any) -> None:
        record = {"event": event, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())} | values
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(record) + "\n")


class Trainer:
    """One run of one configuration on one device."""

    def __init__(self, config: Config, folder: Path, device: torch.device, half: bool) -> None:
        self.config = config
        self.folder = folder
        self.device = device
        self.half = half
        self.log = Log(folder / "log.jsonl")
        self.model = fresh_model(config.seed, config.pooling, config.dropout).to(device)
        self.average = {name: value.detach().clone() for name, value in self.model.trained().items()}
        self.optimiser = optimiser_for(self.model, config)
        self.progress = Progress(0, Position(), 0, 0, 0, "")
        self.stopping = False

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.safetensors"

    def resume(self) -> None:
        """Takes up the last checkpoint, if there is one."""
        if self.checkpoint.is_file():
            self.progress = load_checkpoint(self.checkpoint, self.model, self.average, self.optimiser)
            self.log.write("resumed", **asdict(self.progress))

    def begin_from(self, weights: Path, phase: int) -> None:
        """Starts at a phase's beginning with given weights, for when the checkpoint of the run is gone."""
        given = load_any(weights).trained()
        with torch.no_grad():
            for name, parameter in self.model.trained().items():
                parameter.copy_(given[name])
                self.average[name].copy_(given[name])
        self.progress = replace(self.progress, phase=phase)
        self.log.write("begun-from", weights=weights.name, phase=phase)

    def save(self) -> None:
        save_checkpoint(self.checkpoint, self.model, self.average, self.optimiser, self.progress)

    def run(self, *, save_every: int, evaluate_every: int, stop_after: int, evaluate_rows: int) -> None:
        """Trains phase after phase until all are done, ``stop_after`` rows are (0: no limit), or a signal comes."""
        while self.progress.phase < len(self.config.phases) and not self.stopping:
            phase = self.config.phases[self.progress.phase]
            self.run_phase(phase, save_every, evaluate_every, stop_after, evaluate_rows)
            if self.progress.rows >= phase.rows:
                done = self.progress
                self.progress = replace(done, phase=done.phase + 1, position=Position(), rows=0, mixture="")
                self.log.write("phase-done", phase=phase.name, total_rows=done.total_rows)
                self.save()
            elif stop_after and self.progress.total_rows >= stop_after:
                break
        self.save()
        if not self.stopping:  # whoever sends a signal wants an end now
            self.evaluate(evaluate_rows)

    def run_phase(
        self, phase: Phase, save_every: int, evaluate_every: int, stop_after: int, evaluate_rows: int
    ) -> None:
        mixture = mixture_of(
            phase.sources, (data_folder(), work_folder()), work_folder() / "tokens", self.config.hold_out
        )
        print_of = fingerprint(mixture, self.config)
        if self.progress.mixture not in ("", print_of):
            # Another mixture under the same phase makes the place in the stream meaningless: begin the stream anew.
            self.log.write("mixture-changed", phase=phase.name, old=self.progress.mixture, new=print_of)
            self.progress = replace(self.progress, position=Position())
        self.progress = replace(self.progress, mixture=print_of)
        self.log.write("phase", phase=phase.name, strata=[s.key for s in mixture.strata], epoch=mixture.nominal_epoch)
        stream = stream_of(mixture, self.config, self.progress.phase)
        batches = stream.batches(self.progress.position)
        meter = Meter()
        while self.progress.rows < phase.rows and not self.stopping:
            if stop_after and self.progress.total_rows >= stop_after:
                return
            before = self.progress
            self.step(phase.rate(before.rows), batches, meter)
            if self.progress.steps % 50 == 0:
                self.log.write("step", phase=phase.name, **self.counts(), lr=phase.rate(before.rows), **meter.read())
            if crossed(before.total_rows, self.progress.total_rows, evaluate_every):
                self.save()
                self.evaluate(evaluate_rows)
                meter = Meter()
            elif crossed(before.steps, self.progress.steps, save_every):
                self.save()

    def counts(self) -> dict[str, int]:
        return {"steps": self.progress.steps, "rows": self.progress.rows, "total_rows": self.progress.total_rows}

    def step(self, rate: float, batches: Iterator[tuple[Batch, Position]], meter: "Meter") -> None:
        """One step of the optimiser over ``accumulate`` batches."""
        self.model.train()
        torch.manual_seed(self.config.seed * 1_000_003 + self.progress.steps)  # dropout is the same after a resumption
        rows, position = 0, self.progress.position
        for _ in range(self.config.accumulate):
            batch, position = next(batches)
            loss, right = self.loss(batch)
            torch.autograd.backward(loss / self.config.accumulate)
            meter.add(float(loss.detach()), right, len(batch))
            rows += len(batch)
        norm = torch.nn.utils.clip_grad_norm_(self.model.trained().values(), self.config.clip)
        if math.isfinite(float(norm)):
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            self.optimiser.step()
        else:
            self.log.write("skipped-step", reason="gradient not finite", **self.counts())
        self.optimiser.zero_grad(set_to_none=True)
        steps = self.progress.steps + 1
        self.follow(min(self.config.ema, (1 + steps) / (AVERAGE_RAMP + steps)))
        self.progress = replace(
            self.progress,
            position=position,
            steps=steps,
            rows=self.progress.rows + rows,
            total_rows=self.progress.total_rows + rows,
        )

    def loss(self, batch: Batch) -> tuple[Tensor, int]:
        """Mean over the rows of -log of the probability of the allowed labels; how many rows were right."""
        ids = torch.from_numpy(batch.ids).to(self.device)
        segments = torch.from_numpy(batch.segments).to(self.device)
        mask = None if batch.mask is None else torch.from_numpy(batch.mask).to(self.device)
        allowed = torch.from_numpy(batch.allowed).to(self.device)
        with self.attention(), torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.half):
            logits = self.model(ids, segments, mask)
        return masked_loss(logits.float(), allowed)

    def attention(self) -> AbstractContextManager[None]:
        """On a CPU the plain products: for short sequences the fused kernel's backward takes nine times as long."""
        return nullcontext() if self.device.type == "cuda" else sdpa_kernel(SDPBackend.MATH)

    def follow(self, decay: float) -> None:
        """Moves the average towards the weights."""
        parameters = [value.detach() for value in self.model.trained().values()]
        torch._foreach_lerp_(list(self.average.values()), parameters, 1 - decay)

    def evaluate(self, rows: int) -> None:
        """Logs the accuracy of the averaged weights on the quick files and keeps them as a milestone."""
        path = self.folder / "milestones" / f"rows-{self.progress.total_rows:08d}.safetensors"
        save_weights(path, self.average, self.config.pooling)
        if not rows:
            return
        judge = fresh_model(self.config.seed, self.config.pooling).to(self.device)
        with torch.no_grad():
            for name, parameter in judge.trained().items():
                parameter.copy_(self.average[name])
        found = {}
        for name in QUICK_FILES:
            file = data_folder() / "pairs" / f"{name}.jsonl.gz"
            if file.is_file():
                table = load_table(file, work_folder() / "tokens")
                found[name] = round(
                    score(judge, name, table, limit=rows, max_length=self.config.max_length).accuracy, 4
                )
        mean = round(float(np.mean(list(found.values()))), 4) if found else None
        self.log.write("evaluation", **self.counts(), mean=mean, accuracy=found)


class Meter:
    """Mean loss, accuracy and speed since the last reading."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.loss, self.right, self.rows = 0.0, 0, 0
        self.since = time.perf_counter()

    def add(self, loss: float, right: int, rows: int) -> None:
        self.loss, self.right, self.rows = self.loss + loss * rows, self.right + right, self.rows + rows

    def read(self) -> dict[str, float]:
        seconds = time.perf_counter() - self.since
        rows = max(self.rows, 1)
        found = {
            "loss": round(self.loss / rows, 4),
            "right": round(self.right / rows, 4),
            "pairs_per_second": round(self.rows / seconds, 1),
        }
        self.clear()
        return found


def masked_loss(logits: Tensor, allowed: Tensor) -> tuple[Tensor, int]:
    """logits: float (n, 3); allowed: bool (n, 3), at least one true a row."""
    logs = functional.log_softmax(logits, dim=-1)
    loss = -logs.masked_fill(~allowed, -torch.inf).logsumexp(dim=-1).mean()
    right = allowed.gather(1, logits.argmax(dim=-1, keepdim=True)).sum()
    return loss, int(right)


def optimiser_for(model: CrossEncoder, config: Config) -> torch.optim.AdamW:
    """AdamW; biases and norms are not decayed."""
    parameters = list(model.trained().values())
    groups = [
        {"params": [value for value in parameters if value.dim() > 1], "weight_decay": config.weight_decay},
        {"params": [value for value in parameters if value.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, config.beta2), eps=1e-8, fused=True)


def stream_of(mixture: Mixture, config: Config, phase: int) -> Stream:
    return Stream(
        mixture,
        seed=f"{config.seed}/{phase}",
        batch_rows=config.batch_rows,
        pool_rows=config.pool_rows,
        max_length=config.max_length,
        turning=config.turning,
    )


def fingerprint(mixture: Mixture, config: Config) -> str:
    """Changes with whatever decides which batch comes when."""
    parts = [[stratum.key, len(stratum.members), stratum.mask, stratum.share] for stratum in mixture.strata]
    stream = [config.seed, config.batch_rows, config.pool_rows, config.max_length, asdict(config.turning)]
    return hashlib.sha256(canonical([parts, stream]).encode()).hexdigest()[:16]


def crossed(before: int, after: int, every: int) -> bool:
    """Whether a multiple of ``every`` lies in (before, after]."""
    return bool(every) and before // every != after // every


def native_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 itself. Without that, torch is eight times slower than in float32."""
    flags = Path("/proc/cpuinfo")
    return flags.is_file() and any(name in flags.read_text() for name in ("amx_bf16", "avx512_bf16"))


def branch_of(config: Config, folder: Path, name: str, decay_rows: int) -> tuple[Config, Path]:
    """A copy of the run in which the current phase decays from here and is the last."""
    target = folder.with_name(f"{folder.name}.{name}")
    if not (target / "checkpoint.safetensors").is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "checkpoint.safetensors", target / "checkpoint.safetensors")
    start = read_progress(folder / "checkpoint.safetensors") if not (target / "start.json").is_file() else None
    if start is not None:
        (target / "start.json").write_text(json.dumps({"phase": start["phase"], "rows": start["rows"]}))
    begun = json.loads((target / "start.json").read_text())
    place = min(begun["phase"], len(config.phases) - 1)
    phase = replace(config.phases[place], rows=begun["rows"] + decay_rows, decay_rows=decay_rows, warmup_rows=0)
    return replace(config, phases=(*config.phases[:place], phase)), target


def read_progress(path: Path) -> Mapping[str, Any]:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as stored:
        progress: Mapping[str, Any] = json.loads(stored.metadata()["progress"])
    return progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    parser.add_argument("--save-every", type=int, default=200, help="steps between checkpoints")
    parser.add_argument("--evaluate-every", type=int, default=40_000, help="rows between evaluations")
    parser.add_argument("--evaluate-rows", type=int, default=400, help="rows of each file; 0: no evaluation")
    parser.add_argument("--stop-after-rows", type=int, default=0)
    parser.add_argument(
        "--begin-from", type=Path, help="weights to start with where no checkpoint is, also exported ones"
    )
    parser.add_argument("--begin-phase", type=int, default=0, help="with --begin-from: the phase to start with")
    parser.add_argument("--branch", default="")
    parser.add_argument("--decay-rows", type=int, default=20_000)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    config = read_config(arguments.config)
    folder = work_folder() / "runs" / config.name
    if arguments.branch:
        config, folder = branch_of(config, folder, arguments.branch, arguments.decay_rows)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    half = arguments.precision == "bfloat16" or (
        arguments.precision == "auto" and (device.type == "cuda" or native_bfloat16())
    )
    trainer = Trainer(config, folder, device, half)

    def stop(_number: int, _frame: FrameType | None) -> None:
        trainer.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if arguments.begin_from is not None and not trainer.checkpoint.is_file():
        trainer.begin_from(arguments.begin_from, arguments.begin_phase)
    trainer.resume()
    trainer.log.write("start", process=os.getpid(), device=str(device), bfloat16=half, threads=arguments.threads)
    trainer.run(
        save_every=arguments.save_every,
        evaluate_every=arguments.evaluate_every,
        stop_after=arguments.stop_after_rows,
        evaluate_rows=arguments.evaluate_rows,
    )


if __name__ == "__main__":
    main()
