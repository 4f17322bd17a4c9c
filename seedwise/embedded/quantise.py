"""Re-quantising of a GGUF model to the block format that llama.cpp runs fastest on a CPU."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gguf import (
    GGMLQuantizationType,
    GGUFReader,
    GGUFValueType,
    GGUFWriter,
    Keys,
    dequantize,
    quant_shape_from_byte_shape,
    quant_shape_to_byte_shape,
    quantize,
)
from gguf.gguf_reader import ReaderTensor

SLOW, FAST = GGMLQuantizationType.Q4_1, GGMLQuantizationType.Q4_0
_FILE_TYPE_FAST = 2


def requantise(source: Path, target: Path) -> None:
    """Write a copy of ``source`` in which every Q4_1 tensor is Q4_0; all else is copied as it is.

    The loss is that of one more rounding to 16 levels; the same source gives the same bytes.
    """
    reader = GGUFReader(source)
    writer = GGUFWriter(target, str(_value(reader, Keys.General.ARCHITECTURE)))
    try:
        _copy_fields(reader, writer)
        _write_tensors(reader, writer)
    finally:
        writer.close()


def _value(reader: GGUFReader, name: str) -> object:
    return reader.fields[name].contents()


def _copy_fields(reader: GGUFReader, writer: GGUFWriter) -> None:
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == Keys.General.ARCHITECTURE:
            continue  # the writer sets these itself
        kind = field.types[0]
        item_kind = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, _field_value(reader, field.name), kind, sub_type=item_kind)


def _field_value(reader: GGUFReader, name: str) -> object:
    return _FILE_TYPE_FAST if name == Keys.General.FILE_TYPE else _value(reader, name)


def _write_tensors(reader: GGUFReader, writer: GGUFWriter) -> None:
    for tensor in reader.tensors:
        _announce(tensor, writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for tensor in reader.tensors:
        writer.write_tensor_data(_converted(tensor) if tensor.tensor_type == SLOW else tensor.data)


def _announce(tensor: ReaderTensor, writer: GGUFWriter) -> None:
    """Enter a tensor in the file's index, which comes before all tensor data."""
    kind, shape, size = tensor.tensor_type, tensor.data.shape, tensor.data.nbytes
    if kind == SLOW:
        shape = quant_shape_to_byte_shape(quant_shape_from_byte_shape(shape, SLOW), FAST)
        kind, size = FAST, math.prod(shape)
    writer.add_tensor_info(tensor.name, shape, tensor.data.dtype, size, kind)


def _converted(tensor: ReaderTensor) -> npt.NDArray[np.uint8]:
    converted: npt.NDArray[np.uint8] = quantize(dequantize(tensor.data, SLOW), FAST)
    return converted
