"""Two halves: what must change a digest, and what must not; also across processes."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.identity import canonical_json, derive_rng, derive_seed, digest, stage_key
from seedwise.records import Choice, Message, Prompt, Request, Response, Row, Rows, Sampling
from seedwise.settings import assemble_config

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_canonical_json_is_sorted_and_plain() -> None:
    assert canonical_json({"b": (1, 2.5), "a": {"é": None}}) == '{"a":{"é":null},"b":[1,2.5]}'


@given(st.dictionaries(st.text(), JSON, min_size=2))
def test_order_of_keys_never_matters(value: dict[str, object]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert digest(value) == digest(backwards)


@given(st.lists(st.integers(), min_size=2, unique=True))
def test_order_of_a_list_always_matters(value: list[int]) -> None:
    assert digest(value) != digest(value[::-1])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan")])
def test_numbers_that_are_not_themselves_have_no_identity(value: float) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        digest({"x": value})


def test_numpy_scalars_are_their_values() -> None:
    assert digest([np.int64(3), np.float64(0.5), np.bool_(True)]) == digest([3, 0.5, True])


def test_timings_are_no_part_of_a_response() -> None:
    slow = Response("k", (Choice("hello", "stop"),), 10, 2, None, seconds=9.0)
    assert digest(slow) == digest(replace(slow, seconds=0.1, reused=True))
    assert digest(slow) != digest(replace(slow, choices=(Choice("hello", "length"),)))


def make_request(**changes: object) -> Request:
    prompt = Prompt("naive/joy/0", Arm.NAIVE, "joy", "chat@1", (Message("user", "Write."),))
    sampling = Sampling(1.0, None, None, 64, 8, 7)
    parts = {"model": "m", "base_url": "u", "prompt": prompt, "sampling": sampling} | changes
    return Request(**parts)  # type: ignore[arg-type]


def test_a_request_is_known_by_all_that_shapes_its_answer() -> None:
    base = make_request()
    others = [
        make_request(model="n"),
        make_request(base_url="v"),
        make_request(sampling=replace(base.sampling, max_tokens=65)),
        make_request(sampling=replace(base.sampling, seed=8)),
        make_request(prompt=replace(base.prompt, template="chat@2")),
        make_request(prompt=replace(base.prompt, repeat=1)),
        make_request(prompt=replace(base.prompt, messages=(Message("user", "Write!"),))),
        make_request(prompt=replace(base.prompt, stop=("\n",))),
    ]
    assert len({request.key for request in [base, *others]}) == 9


def test_two_arms_that_ask_the_same_thing_share_the_answer() -> None:
    base = make_request()
    other = replace(base.prompt, arm=Arm.GUIDED, id="guided/joy/4", hints=("x",), label="other")
    assert make_request(prompt=other).key == base.key


def test_fingerprint_knows_the_result_and_not_the_machine() -> None:
    config = ExperimentConfig()
    assert config.fingerprint == ExperimentConfig().fingerprint
    assert assemble_config(flags={"seeds": {"draws": 4}}).fingerprint != config.fingerprint
    assert not set(RunConfig.model_fields) & set(ExperimentConfig.model_fields)


def test_digests_are_the_same_in_another_process() -> None:
    code = "from seedwise.config import ExperimentConfig; print(ExperimentConfig().fingerprint)"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == ExperimentConfig().fingerprint


def test_rows_digest_sees_every_field_and_the_order() -> None:
    a, b = Row("1", "x", "joy", 0), Row("2", "y", "joy", 1)
    variants = [Rows([a, b]), Rows([b, a]), Rows([a]), Rows([a, replace(b, text="z")])]
    variants += [Rows([a, replace(b, label="anger")]), Rows([a, replace(b, group=0)])]
    assert len({rows.content_digest for rows in variants}) == len(variants)
    assert Rows([a]) + Rows([b]) == Rows([a, b])


@given(st.integers(0, 2**31 - 1), st.lists(st.text() | st.integers(), max_size=3))
def test_derived_seeds_are_in_range_and_repeatable(root: int, path: list[str | int]) -> None:
    seed = derive_seed(root, *path)
    assert 0 <= seed < 2**31
    assert derive_rng(root, *path).integers(1000) == derive_rng(root, *path).integers(1000)
    assert derive_seed(root, *path, "more") != seed


def test_stage_key_changes_with_version_upstream_and_settings_only() -> None:
    keys = {
        stage_key("draw", 1, ["a"], {"n": 1}),
        stage_key("draw", 2, ["a"], {"n": 1}),
        stage_key("draw", 1, ["b"], {"n": 1}),
        stage_key("draw", 1, ["a"], {"n": 2}),
    }
    assert len(keys) == 4
    assert stage_key("draw", 1, ["a"], {"n": 1}) in keys
