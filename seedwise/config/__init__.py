"""Settings: what shapes a result, how this machine reaches it, and grids of both."""

from seedwise.config.experiment import (
    ALL_CLASSIFIERS,
    AuditConfig,
    Classifier,
    ClassifyConfig,
    DataConfig,
    EvaluateConfig,
    Evaluator,
    ExperimentConfig,
    ExplainConfig,
    GenerationConfig,
    LinguisticsConfig,
    Mix,
    PromptConfig,
    RefineConfig,
    ScreenConfig,
    SeedConfig,
    Share,
    Tagger,
)
from seedwise.config.run import RunConfig, TaskRunner, out_dir
from seedwise.config.sweep import SweepConfig

__all__ = [
    "ALL_CLASSIFIERS",
    "AuditConfig",
    "Classifier",
    "ClassifyConfig",
    "DataConfig",
    "EvaluateConfig",
    "Evaluator",
    "ExperimentConfig",
    "ExplainConfig",
    "GenerationConfig",
    "LinguisticsConfig",
    "Mix",
    "PromptConfig",
    "RefineConfig",
    "RunConfig",
    "ScreenConfig",
    "SeedConfig",
    "Share",
    "SweepConfig",
    "Tagger",
    "TaskRunner",
    "out_dir",
]
