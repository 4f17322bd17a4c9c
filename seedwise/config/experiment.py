"""What shapes an experiment's result."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from seedwise.arms import Arm, Option, in_order
from seedwise.config.section import Section
from seedwise.identity import digest

Share = Annotated[float, Field(ge=0, le=1)]
Classifier = Literal["xgboost", "logistic_regression", "linear_svm", "complement_nb", "random_forest", "knn"]
"""The six classical algorithms that compete to be explained."""

Evaluator = Literal["xgboost", "linear_svm", "char_svm", "complement_nb", "lightgbm", "minilm"]
"""The evaluation classifiers: the paper's untuned XGBoost, class-balanced linear SVMs on words and on
characters, complement naive Bayes, LightGBM, and MiniLM embeddings (an extra) with logistic regression."""

Tagger = Literal["rules", "spacy"]
"""What tags parts of speech: our own rules, or spaCy's small English model (an extra)."""

Mix = Literal["balanced", "natural", "levelled"]
"""Class mix of added rows: as many a class, as the seeds' own, or what makes seeds and added rows even."""

ALL_CLASSIFIERS: tuple[Classifier, ...] = (
    "xgboost",
    "logistic_regression",
    "linear_svm",
    "complement_nb",
    "random_forest",
    "knn",
)


class DataConfig(Section):
    """Which real text is used, and how it is split."""

    dataset: str = Field(
        "auto",
        min_length=1,
        description="tweeteval-emotion, vader-tweets, a path to a CSV/TSV/JSONL/Parquet file of your own, "
        "or auto: tweeteval-emotion where it can be had, else vader-tweets.",
    )
    text_column: str = Field("text", description="Column of your own file that holds the texts.")
    label_column: str = Field("label", description="Column of your own file that holds the classes.")
    split: Literal["official", "pooled", "development"] = Field(
        "official",
        description="official: the data set's own test rows (your own file: a split column, else as pooled). "
        "pooled: all rows together, split anew. development: the official test rows are put aside, and the "
        "others split anew, so that choices can be made without looking at the test.",
    )
    test_share: float = Field(
        0.25, gt=0.05, lt=0.9, description="Share of the rows that a fresh split keeps for the test."
    )
    near_duplicate: float = Field(
        0.7,
        ge=0.3,
        le=1,
        description="Jaccard similarity of character 4-grams from which two texts count as near-duplicates.",
    )


class SeedConfig(Section):
    """How many seeds there are, and how often they are drawn."""

    seed_size: int = Field(500, ge=20, le=100_000, description="Real labelled rows one starts from.")
    draws: int = Field(
        3,
        ge=1,
        le=100,
        description="Random choices of the seeds; all arms share them, and every interval spans them.",
    )
    root_seed: int = Field(
        0, ge=0, lt=2**31, description="The one seed from which every other seed is derived."
    )


class ClassifyConfig(Section):
    """Which classifier is explained."""

    selection: Literal["best_mean", "most_consistent", "fixed"] = Field(
        "fixed",
        description="Rule that picks the explained classifier: highest mean macro-F1, smallest spread over "
        "folds, or the one named in explainer.",
    )
    explainer: Classifier = Field("xgboost", description="The explained classifier under selection fixed.")
    candidates: tuple[Classifier, ...] = Field(
        ALL_CLASSIFIERS, min_length=1, description="Classifiers compared on the seeds by cross-validation."
    )
    cv_folds: int = Field(5, ge=2, le=20, description="Folds of the grouped, stratified cross-validation.")
    cv_repeats: int = Field(2, ge=1, le=20, description="Times the cross-validation is repeated.")


class ExplainConfig(Section):
    """How explanations become guides."""

    attribution: Literal["signed", "mean_abs"] = Field(
        "signed",
        description="signed: mean SHAP value over the rows of the class that hold the token. "
        "mean_abs: mean |SHAP| over all rows, as in the authors' earlier work.",
    )
    resamples: int = Field(
        5, ge=1, le=50, description="Refits on resampled seeds over which tokens are averaged."
    )
    top_tokens: int = Field(20, ge=3, le=200, description="Tokens a guide keeps for each class.")
    min_support: int = Field(
        2, ge=1, le=50, description="Seed rows of the class that must hold a token for it to guide."
    )
    merge_stems: bool = Field(
        False, description="Whether of the tokens with one stem only the best guides (option stems)."
    )
    drop_query_words: bool = Field(
        False,
        description="Whether class names, the hashtags a class was collected by and words of repeated spam "
        "are kept out of the guides (option clean).",
    )


class PromptConfig(Section):
    """What the prompts show."""

    prompt_format: Literal["auto", "chat", "completion"] = Field(
        "auto",
        description="chat: exemplars as earlier turns. completion: lines to be continued, for models without "
        "a chat template. auto: chat, so that every arm has one format.",
    )
    hints: int = Field(
        3, ge=1, le=20, description="Guide tokens sampled for one prompt; never the whole list."
    )
    exemplars: int = Field(4, ge=1, le=40, description="Seed rows shown in one prompt.")
    exemplar_choice: Literal["all", "diverse"] = Field(
        "all",
        description="all: every seed row of the class takes its turn. diverse: only rows that classifiers "
        "which did not see them tell best, and that are unlike one another (option diverse).",
    )
    avoid: int = Field(
        0,
        ge=0,
        le=20,
        description="Words against the class that a prompt asks to do without (option avoid).",
    )
    attributes: bool = Field(
        False,
        description="Whether each prompt asks for the traits of one seed row: length, hashtag, emoji, "
        "mention, addressee, tense, irony (option attributes).",
    )
    form: Literal["plain", "scaffold", "counterfactual"] = Field(
        "plain",
        description="plain: write a text. scaffold: plan it, then write it. counterfactual: rewrite a seed "
        "row of another class with few changes (options scaffold, counterfactual).",
    )
    topic: str = Field(
        "tweet",
        min_length=1,
        max_length=80,
        description="What a text is called in the prompts, in the singular.",
    )


class GenerationConfig(Section):
    """Which model writes, and with which sampling."""

    llm: str = Field(
        "embedded/smollm2",
        min_length=1,
        description="embedded/smollm2, embedded/<file.gguf>, or any LiteLLM model string.",
    )
    llm_base_url: str = Field(
        "", description="Base URL of an OpenAI-compatible server; empty: the provider's own."
    )
    temperature: float = Field(1.2, ge=0, le=2, description="Sampling temperature.")
    top_p: float = Field(1.0, gt=0, le=1, description="Nucleus sampling mass; 1 switches it off.")
    min_p: Share = Field(
        0.05,
        description="Least probability relative to the likeliest token; sent to embedded models only.",
    )
    max_tokens: int = Field(64, ge=8, le=4096, description="Tokens that one answer may have.")
    answers_per_request: int = Field(
        8, ge=1, le=64, description="Answers asked for at once (the OpenAI field n)."
    )
    candidate_factor: float = Field(
        5.0,
        ge=1,
        le=100,
        description="Candidate budget of a class, in candidates per row asked for; spent, a shortfall is "
        "reported.",
    )


class ScreenConfig(Section):
    """Which generated rows are kept."""

    min_words: int = Field(3, ge=1, le=100, description="Fewest words of an accepted row.")
    max_words: int = Field(60, ge=2, le=2000, description="Most words of an accepted row.")
    near_duplicate: float = Field(
        0.7,
        ge=0.3,
        le=1,
        description="Jaccard similarity of character 4-grams from which a row counts as a copy.",
    )
    agreement: Share = Field(
        0.0,
        description="Least probability of the intended label by a classifier trained on the seeds alone; 0 "
        "asks none (option agree).",
    )


class RefineConfig(Section):
    """What is made of generated rows beyond asking and screening."""

    overgenerate: float = Field(
        1.0,
        ge=1,
        le=20,
        description="Sound rows grown for each one wanted; the surest and least alike are kept (option "
        "select).",
    )
    rounds: int = Field(
        1,
        ge=1,
        le=20,
        description="Rounds in which rows are grown; from the second on, the seeds that a classifier still "
        "gets wrong decide the guides (option feedback).",
    )
    stop_gain: float = Field(
        0.0,
        ge=-1,
        le=1,
        description="Cross-validated gain in macro-F1 a hundred rows below which later rounds keep their "
        "guides; rows are grown on.",
    )
    undetect: bool = Field(
        False,
        description="Whether, from the second round on, prompts ask to do without the words by which a "
        "classifier tells the rows from real ones (option undetect); at least two rounds are grown then.",
    )


class EvaluateConfig(Section):
    """Which arms are compared, where and how."""

    arms: tuple[Arm, ...] = Field(
        (Arm.SEED_ONLY, Arm.OVERSAMPLE, Arm.REAL, Arm.NAIVE, Arm.GUIDED, Arm.PLACEBO),
        min_length=1,
        description="Arms of the comparison, seed_only always among them: oversample, real, naive, "
        "exemplars_only, keywords_only, tfidf_guided, guided, placebo, other_class, synthetic_only; with "
        "options as in guided+avoid.",
    )
    added: tuple[Annotated[int, Field(ge=1, le=100_000)], ...] = Field(
        (100, 200), min_length=1, description="Numbers of rows added to the seeds, ascending."
    )
    llm_draws: int = Field(
        0, ge=0, le=100, description="Draws, the first ones, for which an LLM writes rows; 0: all of them."
    )
    curve: tuple[Annotated[int, Field(ge=1, le=100_000)], ...] = Field(
        (),
        description="Further numbers of real rows added, for the real learning curve alone; empty: half the "
        "least of added, and doublings of the most for as long as the real rows last.",
    )
    mix: Mix = Field(
        "balanced",
        description="Class mix of every arm's added rows: the same number a class, the seeds' own mix, or "
        "what makes seeds and added rows as even as can be (option level).",
    )
    weights: Literal["none", "importance"] = Field(
        "none",
        description="importance: generated rows weigh as much as they look real, out of fold (option weigh).",
    )
    margin: float = Field(
        0.02,
        gt=0,
        le=0.5,
        description="Difference in macro-F1 below which two arms count as equivalent; fixed before the run.",
    )
    class_margin: float = Field(
        0.05, gt=0, le=0.5, description="The same for the F1 of one class, which is noisier."
    )
    evaluators: tuple[Evaluator, ...] = Field(
        ("xgboost", "linear_svm", "char_svm", "complement_nb"),
        min_length=1,
        description="Classifiers trained in every cell; separate from the explained one.",
    )
    bootstrap: int = Field(10_000, ge=100, le=1_000_000, description="Resamples behind every interval.")

    @model_validator(mode="after")
    def _sorted(self) -> Self:
        if list(self.added) != sorted(set(self.added)):
            raise ValueError("added must ascend without repeats")
        if len(set(self.arms)) != len(self.arms):
            raise ValueError("arms must not repeat")
        return self

    @model_validator(mode="after")
    def _without_idle_options(self) -> Self:
        for arm in self.arms:
            taken = () if arm.base is Arm.SEED_ONLY else (Option.LEVEL, Option.ALONE)
            idle = [option.value for option in arm.options if option not in taken]
            if idle and not arm.is_generated:
                raise ValueError(
                    f"{arm}: nothing is generated for {arm.base}, so it takes no {', '.join(idle)}"
                )
        return self

    @property
    def compared(self) -> tuple[Arm, ...]:
        """The arms in their standard order, seed_only first whether or not it was named."""
        return in_order((*self.arms, Arm.SEED_ONLY))

    @property
    def generated(self) -> tuple[Arm, ...]:
        """The arms that an LLM writes, in standard order."""
        return tuple(arm for arm in self.compared if arm.is_generated)

    @property
    def grown(self) -> tuple[Arm, ...]:
        """The arms whose rows are grown: several arms that differ in training only share them."""
        return in_order(arm.rows for arm in self.generated)


class LinguisticsConfig(Section):
    """How the language of real and synthetic text is measured."""

    token_budget: int = Field(
        1000, ge=50, le=100_000, description="Tokens at which vocabulary richness is compared."
    )
    subsamples: int = Field(
        200, ge=20, le=2000, description="Random subsamples behind each measure and its real-vs-real floor."
    )
    tagger: Tagger = Field(
        "rules",
        description="What finds parts of speech: our rules, which need nothing, or spaCy's small English "
        "model (the extra `grammar`).",
    )


class AuditConfig(Section):
    """How synthetic rows are held against real ones, and which findings keep them from being exported."""

    nearer_share: Share = Field(
        0.6,
        description="Share of rows nearer to a seed than to as many unseen real rows (.5 is ideal) that its "
        "whole 95 % interval may not exceed.",
    )
    copies: int = Field(
        0,
        ge=0,
        description="Rows that may be copies of seeds: exact, near (screen.near_duplicate), or with one word "
        "changed.",
    )
    run_length: int = Field(
        8, ge=3, le=100, description="Tokens on end, shared with a seed and no unseen real row, that count."
    )
    run_share: Share = Field(0.01, description="Share of rows that may hold such a run.")
    membership_auc: Share = Field(
        0.6,
        description="AUC of telling seeds from unseen real rows by the synthetic ones (.5 is ideal) that its "
        "whole 95 % interval may not exceed.",
    )
    personal_data: int = Field(
        0, ge=0, description="Rows that may hold an e-mail address, a telephone number or the like."
    )
    canaries: int = Field(
        0,
        ge=0,
        le=50,
        description="Made-up texts with a secret each, planted among the seeds that prompts show, to see "
        "whether secrets come out; 0: none. Where there are some, prompts differ from those of other runs.",
    )
    contaminated: int = Field(
        0, ge=0, description="Rows that may be exact or near copies of test rows (screen.near_duplicate)."
    )
    diversity: Share = Field(
        0.7,
        description="Least that distinct openings, distinct word pairs and rows without a near-duplicate may "
        "be, as a share of what real text has.",
    )
    meta_share: Share = Field(0.01, description="Share of rows that may be refusals or talk about the task.")
    samples: int = Field(
        100, ge=20, le=2000, description="Random samples behind each real-vs-real floor of a distance."
    )
    permutations: int = Field(
        200, ge=20, le=10_000, description="Permutations behind the p values of the two-sample tests."
    )
    most_rows: int = Field(
        2000,
        ge=100,
        le=100_000,
        description="Rows a side that two-sample tests and distances look at; more are sampled down to it.",
    )


class ExperimentConfig(Section):
    """All that shapes an experiment's result."""

    data: DataConfig = Field(default_factory=DataConfig, title="Data")
    seeds: SeedConfig = Field(default_factory=SeedConfig, title="Seeds")
    classify: ClassifyConfig = Field(default_factory=ClassifyConfig, title="Explained classifier")
    explain: ExplainConfig = Field(default_factory=ExplainConfig, title="Guides")
    prompt: PromptConfig = Field(default_factory=PromptConfig, title="Prompts")
    generation: GenerationConfig = Field(default_factory=GenerationConfig, title="Language model")
    screen: ScreenConfig = Field(default_factory=ScreenConfig, title="Screening")
    refine: RefineConfig = Field(default_factory=RefineConfig, title="Refinement")
    evaluate: EvaluateConfig = Field(default_factory=EvaluateConfig, title="Comparison")
    linguistics: LinguisticsConfig = Field(default_factory=LinguisticsConfig, title="Language measures")
    audit: AuditConfig = Field(default_factory=AuditConfig, title="Audit")

    @property
    def fingerprint(self) -> str:
        """Digest of every setting that shapes the result (16 hexadecimal digits)."""
        return digest(self)[:16]

    @property
    def llm_draws(self) -> int:
        """Draws for which an LLM writes rows."""
        return min(self.evaluate.llm_draws or self.seeds.draws, self.seeds.draws)
