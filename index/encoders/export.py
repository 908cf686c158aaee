"""Exports a torch model to an ONNX graph in the cache folder: once, whole or not at all, checked on every load.

The graph is quantized to int8 where that changes its answers little enough. Plain dynamic quantization is at the edge
of that (for MiniLM a minimum cosine to fp32 of .981 over 600 news sentences, mean .9919): the inputs of a few matrix
products have channels that are far larger than the rest. So these are evened out first, at the weights' expense
(:func:`_smoothed`). Weights are unsigned bytes, or, where the processor multiplies signed ones exactly
(:func:`index.encoders.processor.multiplies_signed_bytes`), the same weights less 128: 1.6 times as fast there, and the
same answers to the bit, since integers are summed exactly. Without VNNI signed ones of 8 bits would overflow; of 7 bits
they do not, and lose more:

================================  =========  ==========  =========================  ===================
MiniLM, plain cosine ranking      cosine     cosine      nDCG@10 euvsdisinfo 2017,  nDCG@10 perspectrum
                                  min        mean        strict (1,755 queries)     (315 queries)
================================  =========  ==========  =========================  ===================
fp32                              1          1           .3482                      .3610
evened out, 8 bits (this module)  .9926      .9976       .3456                      .3608
evened out, 7 bits                .9877      .9951       .3463                      .3553
================================  =========  ==========  =========================  ===================
"""

import hashlib
import json
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from index.durable import note_checked, sha256_of, sync, was_checked
from index.encoders.onnx import INPUT_NAMES, Input, OnnxModel
from index.encoders.processor import multiplies_signed_bytes
from index.errors import ModelError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto
    from torch.nn import Module

Precision: TypeAlias = Literal["int8", "fp32"]
Agreement: TypeAlias = Callable[[NDArray[np.float32], NDArray[np.float32]], float]

RECIPE = 3  # raise it with any change below that changes what an exported graph computes
GRAPH_NAME = "graph.onnx"
MANIFEST_NAME = "manifest.json"
PROOF_NAME = "weights.checked.json"
GRAPH_PROOF_NAME = "graph.checked.json"
_OPSET = 20  # the first with Gelu as one operation: as five it takes twice the time
_SMOOTHING = 0.75  # how much of the inputs' unevenness moves into the weights; of .5, .75, .85, .95 the best by cosine
_LOCK_TIMEOUT_S = 900.0


def minimum_cosine(reference: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The smallest cosine between rows ``(n, width)`` of the same number; 1 where all point the same way."""
    products = (reference * other).sum(axis=1)
    return float((products / np.linalg.norm(reference, axis=1) / np.linalg.norm(other, axis=1)).min())


@dataclass(frozen=True, slots=True)
class Source:
    """A model to export.

    ``build`` gives the torch module: from ``input_ids`` and ``token_type_ids``, each ``(1, length)``, to one row
    ``(1, width)``. ``probes`` calibrate (every other one) and check (the rest) the int8 graph, which stands if its
    ``agreement`` with the fp32 one is at least ``floor``. ``remedy`` tells the user how to get the right weights.
    """

    name: str
    weights: Path
    sha256: str
    tokenizer: Path
    max_tokens: int
    build: Callable[[], "Module"]
    probes: Sequence[Input]
    remedy: str
    floor: float = 0.98
    agreement: Agreement = minimum_cosine

    def folder(self, cache: Path) -> Path:
        """Where the export lies: another one for other weights, another recipe or another kind of processor."""
        kind = "-signed" if multiplies_signed_bytes() else ""
        return cache / f"{self.name}-{self.sha256[:16]}-r{RECIPE}{kind}"

    def fingerprint(self, precision: Precision) -> str:
        """64 hexadecimal digits that name everything which decides the graph's answers."""
        parts = [self.sha256, sha256_of(self.tokenizer), str(self.max_tokens), str(RECIPE), precision]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def fingerprints(self) -> frozenset[str]:
        """Of the graph in each precision."""
        return frozenset(self.fingerprint(precision) for precision in get_args(Precision))


@dataclass(frozen=True, slots=True)
class Export:
    """A graph in the cache folder, and what its manifest says of it."""

    graph: Path
    sha256: str
    precision: Precision
    agreement: float

    @classmethod
    def read(cls, folder: Path, *, whole: bool = False) -> Self | None:
        """The export in ``folder``; None where there is none, or where it is not as it was written.

        :param whole: read the graph again even if it is the file that was read before.
        """
        try:
            manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
            graph = folder / GRAPH_NAME
            found = cls(graph, manifest["sha256"], manifest["precision"], float(manifest["agreement"]))
            proof = folder / GRAPH_PROOF_NAME
            if whole or not was_checked(graph, found.sha256, proof):
                if sha256_of(graph) != found.sha256:
                    return None
                note_checked(graph, found.sha256, proof)
            return found
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_manifest(self, path: Path) -> None:
        manifest = {"sha256": self.sha256, "precision": self.precision, "agreement": self.agreement}
        path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def exported(source: Source, cache: Path, notify: Callable[[str], None]) -> Export:
    """The export of ``source`` in ``cache``, made if it is missing or damaged.

    :raises ModelError: the weights are missing or altered, or the cache folder cannot be written.
    """
    folder = source.folder(cache)
    found = Export.read(folder)
    if found is not None:
        _require_weights(source, folder)
        return found
    check_weights(source)
    try:
        with _lock(cache, folder.name, notify):
            found = Export.read(folder)  # another process may have made it while this one waited
            if found is None:
                damaged = (folder / GRAPH_NAME).exists()
                what = "is damaged and exported again" if damaged else "is exported for this machine, once"
                notify(f"the model '{source.name}' {what} (about half a minute) to {folder}")
                found = _export(source, folder)
            note_checked(source.weights, source.sha256, folder / PROOF_NAME)
    except OSError as exc:
        raise ModelError(
            f"{cache} cannot be used ({exc.strerror or exc}): set CHECKER_CACHE to a folder that can be written"
        ) from exc
    return found


def check_weights(source: Source) -> None:
    """Reads the whole weights file.

    :raises ModelError: it is missing, or not the one that ``source`` names.
    """
    try:
        sha256 = sha256_of(source.weights)
    except OSError as exc:
        raise ModelError(f"{source.weights} cannot be read ({exc.strerror}): {source.remedy}") from exc
    if sha256 != source.sha256:
        raise ModelError(
            f"altered weights: {source.weights} has SHA-256 {sha256[:16]}..., not {source.sha256[:16]}...:"
            f" {source.remedy}"
        )


def problems_of(source: Callable[[], Source], cache: Path) -> list[str]:
    """What is wrong with a model's weights and their export, one line a problem; reads both whole."""
    try:
        model = source()
        check_weights(model)
    except ModelError as exc:
        return [str(exc)]
    place = model.folder(cache)
    if place.exists() and Export.read(place, whole=True) is None:
        return [f"the exported graph in {place} is damaged: it is exported again when it is next used"]
    return []


def _require_weights(source: Source, folder: Path) -> None:
    """As :func:`check_weights`, but reads the file only if it is not the one that was checked before."""
    if not was_checked(source.weights, source.sha256, folder / PROOF_NAME):
        check_weights(source)
        note_checked(source.weights, source.sha256, folder / PROOF_NAME)


def _export(source: Source, folder: Path) -> Export:
    """Makes the graph beside its place, then puts it there: the graph first, the manifest that vouches for it last."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=folder) as name:
        unfinished = Path(name)
        with _quiet():
            full = unfinished / "fp32.onnx"
            full.write_bytes(_traced(source).SerializeToString())
            small = _quantized(source, full, unfinished / "int8.onnx")
        agreement = _agreement(source, full, small)
        precision: Precision = "int8" if agreement >= source.floor else "fp32"
        graph = small if precision == "int8" else full
        export = Export(folder / GRAPH_NAME, sha256_of(graph), precision, round(agreement, 4))
        export.write_manifest(unfinished / MANIFEST_NAME)
        sync(graph)
        sync(unfinished / MANIFEST_NAME)
        graph.replace(folder / GRAPH_NAME)
        (unfinished / MANIFEST_NAME).replace(folder / MANIFEST_NAME)
        sync(folder)
    return export


def _traced(source: Source) -> "ModelProto":
    """The fp32 graph, for sequences of any length."""
    import torch

    module = source.build().eval()
    ids = torch.full((1, 8), 1000, dtype=torch.long)
    dynamic = {1: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        module,
        (ids, torch.zeros_like(ids)),
        dynamo=True,
        dynamic_shapes=(dynamic, dynamic),
        input_names=INPUT_NAMES,
        output_names=["row"],
        opset_version=_OPSET,
        verbose=False,
    )
    if program is None:
        raise ModelError(f"torch gave no graph for the model '{source.name}': reinstall torch 2.13.0 and onnxscript")
    return program.model_proto


def _quantized(source: Source, full: Path, target: Path) -> Path:
    """Writes the int8 graph: weights per output channel, inputs per run."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(_smoothed(source, full), target, weight_type=QuantType.QUInt8, per_channel=True)
    if multiplies_signed_bytes():
        _make_signed(target)
    return target


def _make_signed(path: Path) -> None:
    """Subtracts 128 from the weights of the integer products and from their zero points: the products stay the same."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path)
    constants = {entry.name: entry for entry in graph.graph.initializer}
    names = {name for node in graph.graph.node if node.op_type == "MatMulInteger" for name in node.input[1::2]}
    for name in names & constants.keys():
        unsigned = numpy_helper.to_array(constants[name]).astype(np.int16)
        constants[name].CopyFrom(numpy_helper.from_array((unsigned - 128).astype(np.int8), name))
    path.write_bytes(graph.SerializeToString())


def _smoothed(source: Source, full: Path) -> "ModelProto":
    """Divides each input channel of the matrix products by a factor, and multiplies its weights by it.

    The graph computes the same, but large channels no longer take the int8 steps of the small ones. Factors:
    ``max|x|^a / max|w|^(1-a)`` as in SmoothQuant (arXiv 2211.10438), to a power of two, so that no weight is rounded.
    """
    import onnx
    from onnx import helper, numpy_helper

    graph = onnx.load(full)
    weights = {entry.name: entry for entry in graph.graph.initializer}
    products: dict[str, list[NodeProto]] = {}  # by the input that they share
    for node in graph.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            products.setdefault(node.input[0], []).append(node)
    scalings = {}
    for name, largest in _largest_by_channel(source, graph, list(products)).items():
        nodes = products[name]
        matrices = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
        peak = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
        factor = np.maximum(largest, 1e-5) ** _SMOOTHING / np.maximum(peak, 1e-5) ** (1 - _SMOOTHING)
        factor = np.exp2(np.round(np.log2(factor))).astype(np.float32)
        even = f"{name}_even"
        graph.graph.initializer.append(numpy_helper.from_array(1 / factor, f"{even}_by"))
        scalings[name] = helper.make_node("Mul", [name, f"{even}_by"], [even], name=even)
        for node, matrix in zip(nodes, matrices, strict=True):
            weights[node.input[1]].CopyFrom(numpy_helper.from_array(matrix * factor[:, None], node.input[1]))
            node.input[0] = even
    _insert_after_origin(graph, scalings)
    return graph


def _largest_by_channel(source: Source, graph: "ModelProto", names: list[str]) -> dict[str, NDArray[np.float32]]:
    """The largest magnitude in each channel of these values inside the graph, over half of the probes."""
    import onnx
    import onnxruntime

    probe = onnx.ModelProto()
    probe.CopyFrom(graph)
    probe.graph.output.extend(onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, None) for n in names)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    model = OnnxModel.of(session, source.tokenizer, max_tokens=source.max_tokens, threads=1)
    largest: dict[str, NDArray[np.float32]] = {}
    for text in source.probes[::2]:
        for name, value in zip(names, session.run(names, model.feeds(text)), strict=True):
            peak = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, peak), peak)
    return largest


def _insert_after_origin(graph: "ModelProto", by_value: "dict[str, NodeProto]") -> None:
    """Puts each node right after the one that computes its input: ONNX wants nodes in the order of computing."""
    import onnx

    ordered = []
    for node in graph.graph.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        ordered += [copy, *(by_value[name] for name in node.output if name in by_value)]
    del graph.graph.node[:]
    graph.graph.node.extend(ordered)


def _agreement(source: Source, full: Path, small: Path) -> float:
    """How far the int8 graph agrees with the fp32 one, over the probes that it was not calibrated with."""
    rows = [
        OnnxModel.load(path, source.tokenizer, max_tokens=source.max_tokens, threads=1).run(source.probes[1::2])
        for path in (full, small)
    ]
    return source.agreement(rows[0], rows[1])


@contextmanager
def _lock(cache: Path, name: str, notify: Callable[[str], None]) -> Iterator[None]:
    """Lets one process export, and the others wait for it."""
    from filelock import FileLock, Timeout

    cache.mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(cache / f"{name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        notify(f"waiting for another process that exports a model to {cache}")
        try:
            lock.acquire(timeout=_LOCK_TIMEOUT_S, poll_interval=0.2)
        except Timeout:
            raise ModelError(f"another process holds {cache / name}.lock: end it, or set CHECKER_CACHE") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps torch's and onnxruntime's remarks about their own insides (deprecations, missing extras) from the user."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
