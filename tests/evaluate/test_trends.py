from __future__ import annotations

from evaluate_corpus import LABELS, make_config, make_dataset, make_draws, make_harvest, make_rows

from seedwise.arms import Arm
from seedwise.evaluate import evaluate


def test_an_evaluation_holds_curves_rates_harms_and_saturation_points(tmp_path):
    dataset = make_dataset()
    draws = make_draws(dataset, 2)
    harvests = [make_harvest(Arm.GUIDED, draw.index, make_rows("g", 30, seed=5)) for draw in draws]
    config = make_config([Arm.REAL, Arm.GUIDED], (12, 24), bootstrap=100)
    found = evaluate(dataset, draws, harvests, config, 1, tmp_path)
    assert [curve.label for curve in found.curves] == ["", *LABELS]
    assert found.curves[0].sizes[0] == 30
    assert {30 + 12, 30 + 24} < set(found.curves[0].sizes)
    priced = {(e.arm, e.added) for e in found.exchanges}
    grown = [curve.label for curve in found.curves if curve.b > 0]
    assert priced == {(arm, added) for arm in (Arm.REAL, Arm.GUIDED) for added in (12, 24)}
    assert len(found.exchanges) == 4 * len(grown)
    assert [(harm.arm, harm.cells) for harm in found.harms] == [(Arm.GUIDED, 2 * len(LABELS))]
    assert [saturation.arm for saturation in found.saturations] == [Arm.REAL, Arm.GUIDED]
    assert found.recalls == ()
