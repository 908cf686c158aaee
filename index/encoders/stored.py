"""How trained matrices are stored: int8 with one float32 scale an output channel."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def dequantised(tensors: "Mapping[str, Tensor]") -> "dict[str, Tensor]":
    """float32 weights from those that ship: int8 ``NAME`` (out, in) times ``NAME.scale`` (out, 1); others unchanged."""
    scales = {name.removesuffix(".scale"): value for name, value in tensors.items() if name.endswith(".scale")}
    return {
        name: value.float() * scales[name] if name in scales else value
        for name, value in tensors.items()
        if not name.endswith(".scale")
    }
