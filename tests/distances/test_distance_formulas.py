"""Each distance by hand, on point sets small enough for it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scene_factory import on_sphere, scene_of

from seedwise.distances.clusters import total_variation
from seedwise.distances.divergence import jensen_shannon
from seedwise.distances.frechet import frechet_distance
from seedwise.distances.geometry import squared_distances, unit_rows
from seedwise.distances.habits import prepare_habits
from seedwise.distances.mauve_score import mauve_score
from seedwise.distances.mmd import gaussian_kernel, unbiased_mmd2
from seedwise.distances.neighbours import crowd_of
from seedwise.distances.scene import Pair
from seedwise.distances.vendi import vendi_score


def pair(left, right):
    return Pair(np.array(left), np.array(right))


def test_mmd_by_hand():
    kernel = np.array(
        [[1, 0.8, 0.2, 0.4], [0.8, 1, 0.1, 0.3], [0.2, 0.1, 1, 0.6], [0.4, 0.3, 0.6, 1]], dtype=np.float32
    )
    # within left .8, within right .6, between (.2 + .4 + .1 + .3) / 4 = .25
    found = unbiased_mmd2(kernel, [pair([0, 1], [2, 3]), pair([2, 3], [0, 1])])
    assert found == pytest.approx([0.8 + 0.6 - 0.5] * 2, abs=1e-6)


def test_mmd_of_samples_of_unequal_size_by_hand():
    kernel = np.array(
        [[1, 0.8, 0.2, 0.4], [0.8, 1, 0.1, 0.3], [0.2, 0.1, 1, 0.6], [0.4, 0.3, 0.6, 1]], dtype=np.float32
    )
    alike = np.kron(kernel, np.ones((2, 2), dtype=np.float32))  # each row twice, as 2i and 2i + 1
    # left: rows 0, 1 and 0 again, hence .8, .8, 1 of three pairs; right: .6
    found = unbiased_mmd2(alike, [pair([0, 1, 2], [4, 6])])
    between = (0.2 + 0.4 + 0.2 + 0.4 + 0.1 + 0.3) / 6
    assert found == pytest.approx([(1 + 0.8 + 0.8) / 3 + 0.6 - 2 * between], abs=1e-6)


def test_kernel_falls_to_the_root_of_e_at_the_median_distance():
    scene = scene_of(on_sphere(20, "a"), on_sphere(40, "b"))
    kernel, squared = gaussian_kernel(scene), squared_distances(scene)
    rows = np.concatenate([scene.compared[0].left, scene.compared[0].right])
    median = np.median(squared[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)])
    assert kernel == pytest.approx(np.exp(-squared / (2 * median)), abs=1e-5)
    assert np.diag(kernel) == pytest.approx(np.ones(60))


def test_kernel_of_rows_that_are_all_alike_is_one():
    alike = np.tile([1.0, 0.0], (30, 1))
    assert gaussian_kernel(scene_of(alike[:10], alike[:20])).min() == pytest.approx(1)


def test_frechet_distance_of_diagonal_gaussians():
    """(μ₁ - μ₂)² + (σ₁ - σ₂)², summed over the axes."""
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=float)
    scale = np.sqrt(3) / 2  # corners have the variance 4/3
    left = corners * [1, 2] * scale
    right = corners * [3, 2] * scale + [5, 1]
    assert frechet_distance(left, right) == pytest.approx(25 + 1 + (3 - 1) ** 2)


def test_frechet_distance_of_one_axis():
    assert frechet_distance(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]])) == pytest.approx(9)


def test_frechet_distance_does_not_depend_on_the_axes():
    left, right = on_sphere(50, "left", dimensions=4), on_sphere(50, "right", 1, dimensions=4)
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))
    assert frechet_distance(left @ turn, right @ turn) == pytest.approx(frechet_distance(left, right))
    assert frechet_distance(left, left) == pytest.approx(0, abs=1e-9)


def points_on_a_line(*places):
    return np.subtract.outer(np.array(places, dtype=np.float32), np.array(places, dtype=np.float32)) ** 2


def test_density_and_coverage_by_hand():
    # Real rows 0, 1, 3 have their nearest real row 1, 1 and 2 away: the balls are [-1, 1], [0, 2], [1, 5].
    squared = points_on_a_line(0.5, 1.5, 9, 0, 1, 3)
    found = crowd_of(squared, pair([0, 1, 2], [3, 4, 5]), neighbours=1)
    # .5 lies in the first and second ball, 1.5 in the second and third, 9 in none.
    assert found.density == pytest.approx(4 / 3)
    assert found.coverage == 1


def test_copies_of_one_real_row_cover_little_and_are_dense():
    squared = points_on_a_line(0, 0, 0, 0, 10, 11, 12)
    found = crowd_of(squared, pair([0, 1, 2], [3, 4, 5]), neighbours=1)
    # Their ball is the first row's, which reaches to 10.
    assert found.coverage == pytest.approx(1 / 3)
    assert found.density == 1


def test_vendi_score_of_copies_is_one_and_of_orthogonal_rows_their_number():
    assert vendi_score(np.tile([0.6, 0.8], (7, 1)).astype(np.float32)) == pytest.approx(1)
    assert vendi_score(np.eye(6, dtype=np.float32)) == pytest.approx(6)
    assert vendi_score(np.repeat(np.eye(3, dtype=np.float32), 5, axis=0)) == pytest.approx(3)


def test_vendi_score_by_hand():
    """Two rows with the cosine c have the eigenvalues (1 ± c) / 2."""
    rows = np.array([[1, 0, 0], [0.6, 0.8, 0]], dtype=np.float32)
    shares = np.array([0.8, 0.2])
    assert vendi_score(rows) == pytest.approx(np.exp(-(shares * np.log(shares)).sum()))


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=8))
def test_vendi_score_lies_between_one_and_the_number_of_rows(rows):
    points = unit_rows(np.array(rows, dtype=np.float32))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    assert 1 - 1e-4 <= vendi_score(points) <= len(rows) + 1e-4


def test_jensen_shannon_divergence_by_hand():
    # p = (1/2, 1/2, 0), q = (0, 1/2, 1/2), their mean (1/4, 1/2, 1/4) has 1.5 bits, they have 1 each.
    assert jensen_shannon(np.array([1, 1, 0]), np.array([0, 5, 5])) == pytest.approx(0.5)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=10))
def test_jensen_shannon_divergence_is_bounded_symmetric_and_blind_to_scale(counts):
    left, right = np.array(counts).T + 1
    found = jensen_shannon(left, right)
    assert -1e-9 <= found < 1
    assert jensen_shannon(right, left) == pytest.approx(found, abs=1e-9)
    assert jensen_shannon(3 * left, right) == pytest.approx(found, abs=1e-7)
    assert jensen_shannon(left, left) == pytest.approx(0, abs=1e-9)


def test_nothing_shared_is_one_bit():
    assert jensen_shannon(np.array([3, 0]), np.array([0, 2])) == pytest.approx(1)


def test_total_variation_by_hand():
    # Shares (1/2, 1/2, 0) and (1/4, 1/4, 1/2).
    assert total_variation(np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2])) == pytest.approx(0.5)


def test_habits_are_measured_in_deviations_of_real_rows():
    habits = np.array([[5, 1, 7]] * 10 + [[1, 0, 7], [3, 0, 7]] * 10, dtype=float)
    scene = scene_of(on_sphere(10, "a"), on_sphere(20, "b"), habits=habits)
    compare = prepare_habits(scene)
    right = np.array([10, 11, 12, 13])
    # First: (5 - 2) / 1. Second: no deviation among real rows, √(2/9) among all. Third never varies.
    assert compare(Pair(np.arange(4), right)) == pytest.approx((3 + 1 / np.sqrt(2 / 9)) / 2)


def test_a_habit_that_real_rows_share_is_measured_by_its_deviation_over_all_rows():
    # The mean of 19 times .1 is not .1, so that NumPy finds a deviation of 1e-17 in what never varies.
    habits = np.array([[0.7]] * 20 + [[0.1]] * 19, dtype=float)
    assert habits[20:].std() > 0
    scene = scene_of(on_sphere(20, "a"), on_sphere(19, "b"), habits=habits)
    assert prepare_habits(scene)(scene.compared[0]) == pytest.approx(0.6 / habits.std())


def test_habits_that_never_vary_leave_nothing_to_measure():
    assert prepare_habits(scene_of(on_sphere(10, "a"), on_sphere(20, "b"))) is None


def test_rows_of_length_zero_are_alike_and_orthogonal_to_all_others():
    rows = unit_rows(np.array([[1, 0], [0, 0], [0, 0]], dtype=np.float32))
    assert rows @ rows.T == pytest.approx(np.array([[1, 0, 0], [0, 1, 1], [0, 1, 1]]))


def test_mauve_is_high_for_one_distribution_and_low_for_two():
    pytest.importorskip("mauve", reason="the extra `mauve` is not installed")
    left, near, far = on_sphere(200, "left"), on_sphere(200, "right"), on_sphere(200, "far", shift=6)
    assert mauve_score(left, near, seed=1) > 0.8
    assert mauve_score(left, far, seed=1) < 0.3
    assert mauve_score(left, near, seed=1) == mauve_score(left, near, seed=1)
