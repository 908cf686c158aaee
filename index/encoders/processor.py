"""What this machine's processor can do with bytes."""

from functools import cache

import numpy as np

# An ONNX model of one operation, MatMulInteger of (1, 4) unsigned by (4, 1) signed bytes. A test builds it anew.
_PROBE = bytes.fromhex(
    "08083a5c0a180a01610a0162120179220d4d61744d756c496e74656765721201675a130a0161120e0a0c080212080a0208010a020804"
    "5a130a0162120e0a0c080312080a0208040a02080162130a0179120e0a0c080612080a0208010a02080142040a00100a"
)


@cache
def multiplies_signed_bytes() -> bool:
    """Whether products of unsigned and signed bytes are summed exactly here.

    Processors with VNNI do, and more than twice as fast as unsigned ones with unsigned. Older ones add neighbouring
    products in 16 bits, which overflow: tried here with the largest numbers, because that is what counts.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(_PROBE, providers=["CPUExecutionProvider"])
    values = {"a": np.full((1, 4), 255, dtype=np.uint8), "b": np.full((4, 1), 127, dtype=np.int8)}
    return int(session.run(None, values)[0][0, 0]) == 4 * 255 * 127
