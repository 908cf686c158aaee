"""The probe of the processor, and that both kinds of weights give the same answers."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from index.encoders import export, processor


def _product(a: tuple[int, int], b: tuple[int, int], kind: int) -> onnx.ModelProto:
    """Bytes ``a`` times bytes ``b``, summed as integers."""
    values = [
        helper.make_tensor_value_info("a", TensorProto.UINT8, a),
        helper.make_tensor_value_info("b", kind, b),
    ]
    result = helper.make_tensor_value_info("y", TensorProto.INT32, (a[0], b[1]))
    node = helper.make_node("MatMulInteger", ["a", "b"], ["y"])
    graph = helper.make_graph([node], "g", values, [result])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 10)], ir_version=8)


def test_the_probe_is_one_product_of_signed_bytes() -> None:
    assert onnx.load_from_string(processor._PROBE) == _product((1, 4), (4, 1), TensorProto.INT8)


def test_the_probe_says_what_this_processor_does_with_many_products() -> None:
    rng = np.random.default_rng(1)
    a = rng.integers(0, 256, (16, 384), dtype=np.uint8)
    b = rng.integers(-128, 128, (384, 16)).astype(np.int8)
    session = onnxruntime.InferenceSession(
        _product((16, 384), (384, 16), TensorProto.INT8).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    exact = (session.run(None, {"a": a, "b": b})[0] == a.astype(np.int64) @ b.astype(np.int64)).all()
    assert exact == processor.multiplies_signed_bytes()


def test_signed_weights_give_the_same_products(tmp_path: Path) -> None:
    """Worked in NumPy: (a - 3) @ (w - zero) where both weights and their zero points lost 128."""
    weights = np.array([[0, 255], [128, 7]], dtype=np.uint8)
    zero = np.array([140, 101], dtype=np.uint8)
    path = tmp_path / "graph.onnx"
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "w", "za", "zw"], ["y"])],
        "g",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, (1, 2))],
        [helper.make_tensor_value_info("y", TensorProto.INT32, (1, 2))],
        [
            numpy_helper.from_array(weights, "w"),
            numpy_helper.from_array(np.uint8(3), "za"),
            numpy_helper.from_array(zero, "zw"),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 10)], ir_version=8), path)
    export._make_signed(path)
    signed = {entry.name: numpy_helper.to_array(entry) for entry in onnx.load(path).graph.initializer}
    assert {name: value.dtype.name for name, value in signed.items()} == {"w": "int8", "za": "uint8", "zw": "int8"}
    a = np.array([[200, 9]], dtype=np.int64)
    expected = (a - 3) @ (weights.astype(np.int64) - zero)
    assert ((a - 3) @ (signed["w"].astype(np.int64) - signed["zw"]) == expected).all()
