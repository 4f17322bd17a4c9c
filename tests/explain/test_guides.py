"""The guides: what is planted is found, what votes against a class is not shown."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from seedwise.classify.vectorise import STOP_WORDS
from seedwise.config import ALL_CLASSIFIERS, DataConfig, ExplainConfig, SeedConfig
from seedwise.errors import DataError
from seedwise.explain import extract_guides
from seedwise.explain.ballot import mark_top
from seedwise.explain.exemplars import rank_exemplars
from seedwise.records import Draw, Row, Rows, Selection

LABELS = ("calm", "wild")
FILLER = [f"{a}{b}" for a in ("bo", "da", "fi", "gu", "le", "mo", "na", "pi") for b in ("rad", "sul", "tek")]
ALL_WORDS = ExplainConfig(min_support=1, resamples=3, top_tokens=8)


def make_seeds(planted=("serene", "furious"), rows=60, purity=0.9, seed=0):
    """Make texts of random filler words, most of which hold their class's planted word."""
    rng = np.random.default_rng(seed)
    seeds = []
    for number in range(rows):
        code = number % 2
        words = list(rng.choice(FILLER, 5, replace=False))
        if rng.random() < purity:
            words.append(planted[code])
        seeds.append(Row(f"s{number:03}", " ".join(words), LABELS[code], number))
    return Rows(seeds)


def guide(seeds, name="xgboost", config=ALL_WORDS, seed=0, labels=LABELS):
    return extract_guides(Draw(2, seeds, Rows()), labels, Selection(name, "fixed", ()), config, seed)


def tokens(scores):
    return [score.token for score in scores]


@pytest.mark.parametrize("attribution", ["signed", "mean_abs"])
@pytest.mark.parametrize("name", ALL_CLASSIFIERS)
@pytest.mark.filterwarnings("ignore:The set_bad function:PendingDeprecationWarning")
def test_the_planted_word_ranks_first(name, attribution):
    config = ALL_WORDS.model_copy(update={"attribution": attribution})
    guides = guide(make_seeds(rows=160), name, config)
    for label, planted in zip(LABELS, ("serene", "furious"), strict=True):
        best = guides.of_label(label).guided[0]
        assert best.token == planted
        assert best.shap > 0
        assert best.stability == 1
    assert (guides.draw, guides.explainer, guides.method) == (2, name, attribution)


def test_words_that_vote_against_the_class_are_not_listed():
    """Irony: each planted word also turns up, rarely, in the other class, where it votes against it."""
    seeds = list(make_seeds(rows=80, purity=0.8))
    swap = {"serene": "furious", "furious": "serene"}
    for number in (0, 1, 2, 3):
        words = [swap.get(word, word) for word in seeds[number].text.split()]
        seeds[number] = Row(seeds[number].id, " ".join(words), seeds[number].label, number)
    guides = guide(Rows(seeds), "linear_svm")
    assert "furious" not in tokens(guides.of_label("calm").guided)
    assert "serene" not in tokens(guides.of_label("wild").guided)
    for label in LABELS:
        assert all(score.shap > 0 for score in guides.of_label(label).guided)


@pytest.mark.parametrize("name", ["xgboost", "complement_nb"])
def test_lists_are_ranked_filtered_and_equally_long(name):
    config = ExplainConfig(min_support=3, resamples=3, top_tokens=6)
    for each in guide(make_seeds(purity=0.6), name, config).guides:
        assert 0 < len(each.guided) <= 6
        assert len(each.tfidf) == len(each.placebo) == len(each.guided)
        for listed in (each.guided, each.tfidf):
            assert [s.score for s in listed] == sorted((s.score for s in listed), reverse=True)
            assert all(s.support >= 3 and s.tfidf_difference > 0 for s in listed)
        assert all(s.score == s.tfidf_difference for s in each.tfidf)
        assert all(0 < s.stability <= 1 for s in each.guided)
        assert all(s.score == pytest.approx(s.shap * s.stability) for s in each.guided)


def test_a_copied_spam_text_votes_once():
    spam = [Row(f"x{i}", "broadcast lively tune", "wild", 1000) for i in range(25)]
    config = ExplainConfig(min_support=2, resamples=3)
    guides = guide(make_seeds() + Rows(spam), "linear_svm", config)
    listed = {token for each in guides.guides for token in tokens(each.guided + each.tfidf)}
    assert not listed & {"broadcast", "lively", "tune"}
    assert sum(id_.startswith("x") for id_ in guides.of_label("wild").exemplars) == 1


def test_placebo_words_match_the_frequency_and_are_in_no_list():
    guides = guide(make_seeds(rows=120), "linear_svm", ExplainConfig(top_tokens=4, resamples=2))
    listed = {token for each in guides.guides for token in tokens(each.guided + each.tfidf)}
    for each in guides.guides:
        placebo = tokens(each.placebo)
        assert len(set(placebo)) == 4
        assert not set(placebo) & (listed | STOP_WORDS)


def test_placebo_words_are_nearest_in_document_frequency():
    """The guided words are in 12 rows each, ``window`` too, ``teapot`` in 4."""
    texts = {"calm": ["serene window teapot"] * 4 + ["serene window"] * 2 + ["serene"] * 6}
    texts["wild"] = ["furious window"] * 6 + ["furious"] * 6
    numbered = [(text, label) for label, each in texts.items() for text in each]
    seeds = Rows(Row(f"s{i:02}", text, label, i) for i, (text, label) in enumerate(numbered))
    guides = guide(seeds, "linear_svm", ExplainConfig(top_tokens=3, min_support=7, resamples=2))
    for each in guides.guides:
        assert len(each.guided) == 1
        assert tokens(each.placebo) == ["window"]


def test_exemplars_are_the_class_own_rows_plainest_first():
    seeds = make_seeds(purity=0.5)
    text = {row.id: row.text for row in seeds}
    exemplars = guide(seeds, "linear_svm", ExplainConfig(resamples=5)).of_label("calm").exemplars
    assert sorted(exemplars) == [row.id for row in seeds if row.label == "calm"]
    holds = np.array(["serene" in text[id_] for id_ in exemplars])
    assert np.flatnonzero(holds).mean() < np.flatnonzero(~holds).mean() - 5
    assert holds[0]
    assert not holds[-1]


def test_exemplars_put_unscored_rows_late_and_conflicting_groups_last():
    rows = Rows(Row(f"r{i}", f"text {i}", "a", i) for i in range(5))
    seeds = rows + Rows([Row("r9", "text 4 too", "b", 4)])
    advantage = np.array([0.5, np.nan, 2.0, 0.5, 9.0])
    assert rank_exemplars(rows, advantage, "a", seeds) == ("r2", "r0", "r3", "r1", "r4")


def test_a_token_is_stable_by_its_share_of_top_places():
    marked = mark_top(np.array([[0.2, 0.0, 0.5, 0.2], [-1.0, -2.0, 0.0, 0.0]]), 2)
    assert marked.tolist() == [[True, False, True, False], [False] * 4]


def test_the_same_seed_gives_the_same_guides_and_another_seed_other_placebo_words():
    seeds = make_seeds()
    config = ExplainConfig(top_tokens=3, resamples=2)
    first, again, other = (guide(seeds, "linear_svm", config, seed) for seed in (1, 1, 2))
    assert first == again
    assert [each.placebo for each in first.guides] != [each.placebo for each in other.guides]


def test_the_pool_is_not_looked_at():
    seeds, selection = make_seeds(), Selection("linear_svm", "fixed", ())
    pool = Rows([Row("p", "serene furious", "wild", 5000)])
    with_pool = extract_guides(Draw(2, seeds, pool), LABELS, selection, ALL_WORDS, 0)
    assert with_pool == guide(seeds, "linear_svm")


def test_progress_counts_the_refits():
    seen = []
    selection = Selection("linear_svm", "fixed", ())
    draw = Draw(0, make_seeds(), Rows())
    extract_guides(draw, LABELS, selection, ALL_WORDS, 0, lambda *step: seen.append(step[:2]))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_class_without_any_sign_is_a_data_error():
    seeds = Rows(Row(str(i), f"{FILLER[i]} {FILLER[i + 8]}", LABELS[i % 2], i) for i in range(8))
    with pytest.raises(DataError, match="no word that xgboost takes as a sign of calm, wild") as caught:
        guide(seeds)
    assert "seed_size" in caught.value.remedy


def test_two_rows_a_class_are_enough_for_a_linear_guide():
    texts = [
        ("serene lake", "calm"),
        ("serene hill", "calm"),
        ("furious sea", "wild"),
        ("furious wind", "wild"),
    ]
    seeds = Rows(Row(str(i), text, label, i) for i, (text, label) in enumerate(texts))
    guides = guide(seeds, "logistic_regression", ExplainConfig())
    assert [tokens(each.guided) for each in guides.guides] == [["serene"], ["furious"]]


def test_real_guides_name_the_emotions():
    data_dir = os.environ.get("SEEDWISE_DATA_DIR")
    if not data_dir:
        pytest.skip("SEEDWISE_DATA_DIR names no folder with tweeteval-emotion")
    from seedwise.data import Places, draw_seeds, load_dataset

    dataset = load_dataset(
        DataConfig(dataset="tweeteval-emotion"), 0, Places(Path(data_dir), "", Path("unused"))
    )
    draw = draw_seeds(dataset, SeedConfig(seed_size=1000), 0)
    guides = extract_guides(draw, dataset.labels, Selection("xgboost", "fixed", ()), ExplainConfig(), 0)
    expected = {
        "anger": {"angry", "rage"},
        "joy": {"hilarious"},
        "optimism": {"optimism"},
        "sadness": {"sad"},
    }
    for label, words in expected.items():
        assert words <= set(tokens(guides.of_label(label).guided[:10]))
