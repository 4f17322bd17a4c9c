"""Positive controls: every distance on points of one distribution, and of two."""

import numpy as np
import pytest
from scene_factory import on_sphere, scene_of

from seedwise.distances.measure import Reading
from seedwise.distances.mmd import permute, read_mmd
from seedwise.distances.registry import MEASURES
from seedwise.distances.samples import COMPARED
from seedwise.distances.scene import Pair
from seedwise.distances.standing import stand
from seedwise.threads import one_thread

BY_NAME = {measure.name: measure for measure in MEASURES}
ON_EMBEDDINGS = [measure for measure in MEASURES if measure.features == "embedding"]


@pytest.fixture(autouse=True)
def _one_thread():
    """Read scenes as `examine` does."""
    with one_thread():
        yield


def read(measure, scene):
    if measure.name == "MAUVE":
        pytest.importorskip("mauve", reason="the extra `mauve` is not installed")
    return stand(measure, "arm", "one", measure.read(scene))


@pytest.mark.parametrize("measure", ON_EMBEDDINGS, ids=lambda measure: measure.name)
def test_two_samples_of_one_distribution_lie_inside_the_floor(measure):
    found = read(measure, scene_of(on_sphere(100, "judged"), on_sphere(200, "real")))
    assert found.outside is False
    assert found.floor_low <= found.real <= found.floor_high


@pytest.mark.parametrize("name", [m.name for m in ON_EMBEDDINGS if m.name != "Vendi score over real"])
def test_a_shifted_distribution_lies_outside(name):
    found = read(BY_NAME[name], scene_of(on_sphere(100, "judged", shift=4), on_sphere(200, "real")))
    assert found.outside is True


@pytest.mark.parametrize(("name", "most"), [("coverage", 0.5), ("Vendi score over real", 0.75)])
def test_ten_rows_again_and_again_are_monotonous(name, most):
    repeated = np.tile(on_sphere(10, "judged"), (10, 1))
    found = read(BY_NAME[name], scene_of(repeated, on_sphere(200, "real")))
    assert found.outside is True
    assert found.value < most * found.real


def test_more_variety_than_real_text_has_is_not_held_against_rows():
    spread = np.random.default_rng(1).normal(size=(100, 12))
    spread /= np.linalg.norm(spread, axis=1, keepdims=True)
    found = read(BY_NAME["Vendi score over real"], scene_of(spread, on_sphere(200, "real", dimensions=12)))
    assert found.value > found.floor_high
    assert found.outside is False


def test_mmd_test_finds_a_shift_and_nothing_else():
    real = on_sphere(200, "real")
    assert read_mmd(scene_of(on_sphere(100, "judged"), real)).p > 0.05
    assert read_mmd(scene_of(on_sphere(100, "judged", shift=2), real)).p == pytest.approx(1 / 100)


def test_mmd_p_values_of_one_distribution_are_spread_evenly():
    ps = [_p_of(on_sphere(30, f"j{i}"), on_sphere(60, f"r{i}")) for i in range(40)]
    assert 0.35 < np.mean(ps) < 0.65
    assert np.mean(np.array(ps) <= 0.1) < 0.25


def test_near_duplicates_on_both_sides_do_not_make_a_difference():
    """Each text comes five times: were all of them permuted, the sides would seem to differ."""
    groups = np.repeat(np.arange(90), 5)
    ps = [
        _p_of(*(np.repeat(on_sphere(n, f"{n} {i}"), 5, axis=0) for n in (30, 60)), groups) for i in range(40)
    ]
    assert 0.3 < np.mean(ps) < 0.7
    assert np.mean(np.array(ps) <= 0.05) < 0.2


def _p_of(judged, real, groups=None):
    return read_mmd(scene_of(judged, real, groups=groups, samples=1)).p


def test_one_text_in_many_versions_cannot_be_tested():
    judged, real = on_sphere(30, "judged"), on_sphere(60, "real")
    assert _p_of(judged, real, np.array([0] * 30 + list(range(1, 61)))) is None


def test_permutations_keep_the_rows_of_each_class():
    classes = np.array([0, 1, 0, 1, 1, 0, 1, 1])
    pair = Pair(np.array([0, 1, 3]), np.array([2, 4, 5, 6]))
    permuted = permute(pair, classes, 50, np.random.default_rng(1))
    for one in permuted:
        assert sorted(np.concatenate([one.left, one.right]).tolist()) == [0, 1, 2, 3, 4, 5, 6]
        assert sorted(classes[one.left].tolist()) == [0, 1, 1]
    assert len({tuple(sorted(one.left.tolist())) for one in permuted}) > 10


def test_values_are_the_same_each_time():
    def values():
        scene = scene_of(on_sphere(100, "judged", shift=1), on_sphere(200, "real"))
        return [measure.read(scene) for measure in ON_EMBEDDINGS]

    assert values() == values()


def test_readings_have_a_value_for_every_pair():
    reading = read_mmd(scene_of(on_sphere(40, "judged"), on_sphere(80, "real"), samples=33))
    assert (len(reading.compared), len(reading.floor)) == (COMPARED, 33)


@pytest.mark.parametrize(
    ("better", "value", "outside"),
    [
        ("lower", 9, True),
        ("lower", -9, False),
        ("higher", -9, True),
        ("higher", 9, False),
        ("lower", 0, False),
    ],
)
def test_only_the_side_unlike_real_text_is_outside(better, value, outside):
    measure = next(measure for measure in MEASURES if measure.better == better)
    found = stand(measure, "arm", "one", Reading((value,), tuple(range(-5, 6))))
    assert (found.value, found.real, found.outside) == (value, 0, outside)
    assert (found.floor_low, found.floor_high) == (-4.75, 4.75)


@pytest.mark.parametrize("reading", [None, Reading((np.nan,), (1.0,)), Reading((1.0,), (np.inf,))])
def test_what_cannot_be_measured_has_no_numbers(reading):
    found = stand(MEASURES[0], "arm", "one", reading)
    assert (found.value, found.real, found.floor_low, found.floor_high, found.outside) == (None,) * 5
