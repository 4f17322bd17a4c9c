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


def test_a_planted_word_ranks_first_beside_frequent_noise():
    """Positive control: ``advert`` is in nearly every row of either class, and says nothing."""
    rng = np.random.default_rng(5)
    plain = make_seeds(rows=120, purity=0.7)
    noisy = [f"{row.text} advert advert" if rng.random() < 0.9 else row.text for row in plain]
    seeds = Rows(Row(row.id, text, row.label, row.group) for row, text in zip(plain, noisy, strict=True))
    guides = guide(seeds, "xgboost", ExplainConfig())
    assert [tokens(each.guided)[0] for each in guides.guides] == ["serene", "furious"]
    for each in guides.guides:
        scores = {score.token: score.score for score in each.guided}
        assert scores.get("advert", 0) < max(scores.values()) / 4


def make_three_classes(rows=180, seed=2):
    """Make rows of three classes, a planted word in most; ``shared`` marks both ``calm`` and ``wild``."""
    rng = np.random.default_rng(seed)
    planted = {"calm": "serene", "grim": "gloomy", "wild": "furious"}
    seeds = []
    for number in range(rows):
        label = list(planted)[number % 3]
        words = [*rng.choice(FILLER, 4, replace=False), planted[label] if rng.random() < 0.8 else "so"]
        words += ["shared"] if label != "grim" and rng.random() < 0.6 else []
        seeds.append(Row(f"s{number:03}", " ".join(words), label, number))
    return Rows(seeds)


@pytest.mark.parametrize("name", ["xgboost", "linear_svm"])
def test_avoided_words_are_those_of_the_other_classes(name):
    guides = guide(make_three_classes(), name, labels=("calm", "grim", "wild"))
    expected = {
        "calm": {"gloomy", "furious"},
        "grim": {"serene", "furious", "shared"},
        "wild": {"gloomy", "serene"},
    }
    for label, words in expected.items():
        each = guides.of_label(label)
        assert set(tokens(each.avoid)[: len(words)]) == words
        assert not set(tokens(each.avoid)) & set(tokens(each.guided))
        assert [s.score for s in each.avoid] == sorted((s.score for s in each.avoid), reverse=True)
        assert all(s.shap < 0 and s.tfidf_difference < 0 for s in each.avoid)
        assert all(s.score == pytest.approx(-s.shap * s.stability) for s in each.avoid)
        assert len(each.avoid) <= ALL_WORDS.top_tokens


def test_other_class_words_guide_other_classes():
    guides = guide(make_three_classes(), "linear_svm", labels=("calm", "grim", "wild"))
    calm = guides.of_label("calm")
    assert set(tokens(calm.other_class)[:2]) == {"gloomy", "furious"}
    others = {token for label in ("grim", "wild") for token in tokens(guides.of_label(label).guided)}
    assert set(tokens(calm.other_class)) <= others - set(tokens(calm.guided))


def test_of_one_stem_only_the_best_is_listed():
    planted = {"calm": ["serene", "serenely"], "wild": ["worried", "worries", "worrying"]}
    plain = make_seeds(planted=("so", "so"), rows=160)
    seeds = Rows(
        Row(
            row.id, f"{row.text} {planted[row.label][i // 2 % len(planted[row.label])]}", row.label, row.group
        )
        for i, row in enumerate(plain)
    )
    merged = ALL_WORDS.model_copy(update={"merge_stems": True})
    apart, together = (guide(seeds, "linear_svm", config) for config in (ALL_WORDS, merged))
    for label, words in planted.items():
        before, after = apart.of_label(label), together.of_label(label)
        inflections = [token for token in tokens(before.guided) if token.startswith(words[0][:4])]
        kept = [token for token in tokens(after.guided) if token.startswith(words[0][:4])]
        assert len(inflections) > 1
        assert kept == inflections[:1]
        assert sum(token.startswith(words[0][:4]) for token in tokens(after.tfidf)) == 1
        assert len(after.guided) == len(after.tfidf) == len(after.placebo)
        assert not any(token.startswith(words[0][:4]) for token in tokens(after.placebo))


def test_dropped_query_words_are_in_no_list():
    tagged = {"calm": "#serene", "wild": "#furious wildly"}
    plain = make_seeds(planted=("so", "so"), rows=120)
    seeds = Rows(Row(r.id, f"{r.text} {tagged[r.label]}", r.label, r.group) for r in plain)
    config = ALL_WORDS.model_copy(update={"drop_query_words": True})
    for each in guide(seeds, "linear_svm", config).guides:
        listed = {*tokens(each.guided + each.tfidf + each.placebo), *tokens(each.other_class + each.avoid)}
        assert listed
        assert not listed & {"serene", "furious", "wildly"}


@pytest.mark.parametrize("attribution", ["signed", "mean_abs"])
def test_emphasis_brings_up_the_words_of_hard_rows(attribution):
    """Half the class says ``serene``, half ``placid``: whichever half weighs more comes first."""
    plain = make_seeds(planted=("so", "furious"), rows=160)
    word = {row.id: ("serene", "placid")[number // 2 % 2] for number, row in enumerate(plain)}
    seeds = Rows(
        Row(r.id, f"{r.text} {word[r.id]}" if r.label == "calm" else r.text, r.label, r.group) for r in plain
    )

    def rank(hard):
        emphasis = {row.id: 0.05 for row in seeds if row.label == "calm" and word[row.id] != hard}
        draw, selection = Draw(0, seeds, Rows()), Selection("linear_svm", "fixed", ())
        config = ALL_WORDS.model_copy(update={"attribution": attribution})
        guides = extract_guides(draw, LABELS, selection, config, 0, emphasis=emphasis)
        return tokens(guides.of_label("calm").guided)[0]

    assert (rank("serene"), rank("placid")) == ("serene", "placid")


def test_even_emphasis_is_no_emphasis():
    seeds, selection = make_seeds(), Selection("xgboost", "fixed", ())
    draw = Draw(2, seeds, Rows())
    even = extract_guides(draw, LABELS, selection, ALL_WORDS, 0, emphasis={row.id: 1.0 for row in seeds})
    assert even == guide(seeds)


def test_diverse_exemplars_are_a_few_of_the_class():
    for each in guide(make_seeds(), "linear_svm", ExplainConfig()).guides:
        assert set(each.diverse) <= set(each.exemplars)
        assert each.diverse[0] == each.exemplars[0]
        assert len(each.diverse) == 15


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
