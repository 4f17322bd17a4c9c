"""An audit's main numbers."""

from dataclasses import replace

from seedwise.audit import main_numbers
from seedwise.records import ALL, Audit, Check, Composite, Detection, Distance

PASSED = Check("privacy", "nearer to seeds", "guided", ALL, 0.5, bound=0.6, relation="at most", passed=True)
FAILED = replace(PASSED, label="joy", value=0.9, passed=False)
UNMEASURED = replace(PASSED, measure="a ratio", value=None, passed=None)
TOLD = Detection("guided", ALL, "style", 0.8, 0.7, 0.9, 0.7, 0.01, 0.4, 0.6, 100)
FAR = Distance("embedding", "Fréchet distance", "embedding", "guided", ALL, "lower", 1.5, 0.1, 0.0, 0.2)
WHOLE = Audit(
    "guided",
    10,
    checks=(PASSED, FAILED, UNMEASURED),
    detections=(TOLD, replace(TOLD, label="joy", auc=0.1)),
    distances=(FAR, replace(FAR, measure="coverage", value=None)),
    composites=(Composite("guided", ALL, 0.25, ()), Composite("guided", "joy", 0.75, ())),
)


def test_pooled_numbers_have_names_and_gates_of_all_classes_count() -> None:
    assert main_numbers(WHOLE) == {
        "gates_failed": 1,
        "outside_floor": 0.25,
        "detector_auc/style": 0.8,
        "check/privacy/nearer to seeds": 0.5,
        "distance/Fréchet distance/embedding": 1.5,
    }


def test_an_empty_audit_fails_no_gate() -> None:
    assert main_numbers(Audit("naive", 0)) == {"gates_failed": 0}
