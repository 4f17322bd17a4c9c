"""The plan: what an experiment would ask, use and cost, before anything is paid."""

from seedwise.plan.estimate import Material, estimate
from seedwise.plan.records import Amount, ArmEstimate, Basis, Budget, Estimate, Plan, Use
from seedwise.plan.samples import sample_prompts
from seedwise.plan.sentences import estimate_lines, estimate_markdown

__all__ = [
    "Amount",
    "ArmEstimate",
    "Basis",
    "Budget",
    "Estimate",
    "Material",
    "Plan",
    "Use",
    "estimate",
    "estimate_lines",
    "estimate_markdown",
    "sample_prompts",
]
