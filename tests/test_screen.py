import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import ScreenConfig
from seedwise.privacy.copies import Texts, find_copies
from seedwise.records import Candidate, Choice, Row, Rows
from seedwise.screen import Reason, Screen, parse
from seedwise.screen.wording import distinct_share, is_meta, is_refusal, letter_share
from seedwise.textual import content_words, normalise

SEEDS = Rows(
    [
        Row("s1", "the train left without me and I could scream at the whole platform", "anger", 1),
        Row("s2", "my sister came home today and the house is full of noise again", "joy", 2),
    ]
)
RAIN = Row("s4", "rain fell on the old umbrella", "anger", 4)
TEST = Rows([Row("t1", "nobody told me the shop was closed and I walked an hour in the rain", "anger", 3)])
FRESH = "three hours on hold and then they simply hang up on me"


def candidate(
    text: str,
    number: int = 0,
    exemplars: tuple[str, ...] = (),
    template: str = "keyword_lines@1",
    source: str = "",
    avoid: tuple[str, ...] = (),
) -> Candidate:
    return Candidate(
        id=f"c{number}",
        text=text,
        label="anger",
        arm=Arm.GUIDED,
        draw=0,
        prompt_id="guided/anger/0",
        request_key="k",
        choice=0,
        template=template,
        model="m",
        hints=(),
        exemplars=exemplars,
        source=source,
        avoid=avoid,
    )


@pytest.fixture
def screen() -> Screen:
    return Screen(SEEDS, TEST, ScreenConfig(), "tweet")


def reason(screen: Screen, text: str, finish: str = "stop", raw: str | None = None, **kwargs) -> str:
    return screen.judge(candidate(text, **kwargs), Choice(text if raw is None else raw, finish)).reason


class TestParse:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            (" so tired of this\nKeywords: a, b", ["so tired of this"]),
            ("\nsecond line", []),
            ("", []),
            (' "quoted" as it is', ['"quoted" as it is']),
        ],
    )
    def test_a_completion_is_its_first_line_as_it_is(self, answer, expected):
        assert parse(answer, "keyword_lines@1", "tweet") == expected

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            ('"What a day!"', ["What a day!"]),
            ("Tweet: what a day", ["what a day"]),
            ('**Tweet:** "what a day"', ["what a day"]),
            ("Sure! Here is one:\n\n“what a day”\n\nHope it helps", ["what a day"]),
            ("1. one fine day\n2. another fine day", ["one fine day", "another fine day"]),
            ("- one fine day\n- another fine day", ["one fine day", "another fine day"]),
            ("<example>what a day</example>", ["what a day"]),
            ("```\nwhat a day\n```", ["what a day"]),
            ('"No" is what he said, "no"', ['"No" is what he said, "no"']),
            ("'tis the season, isn't it'", ["'tis the season, isn't it'"]),
            ('""', []),
            ("  \n ", []),
        ],
    )
    def test_a_chat_answer_is_unwrapped(self, answer, expected):
        assert parse(answer, "chat@1", "tweet") == expected

    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            ("Plan: sun, sea; about 4 words\nTweet: what a day", ["what a day"]),
            (" sun, sea\nTweet: what a day\nTweet: another one", ["what a day"]),
            ("Plan: sun\n\n**Tweet:** what a day", ["what a day"]),
            ("Plan: sun\nTweet:\nwhat a day", ["what a day"]),
            ("Plan: a tweet: about the sea, and nothing after", []),
            ("what a day", []),
            ("Plan: sun\nTweet: ", []),
        ],
    )
    def test_only_what_follows_the_plan_is_taken(self, answer, expected):
        assert parse(answer, "scaffold_lines@1", "tweet") == expected
        assert parse(answer, "scaffold_turns@1", "tweet") == expected

    def test_the_quotes_of_a_planned_chat_answer_are_its_wrapping(self):
        answer = 'Plan: sun\nTweet: "what a day"'
        assert parse(answer, "scaffold_turns@1", "tweet") == ["what a day"]
        assert parse(answer, "scaffold_lines@1", "tweet") == ['"what a day"']

    def test_a_rewritten_text_is_unwrapped_in_turns_only(self):
        assert parse('Tweet: "what a day"', "counterfactual_turns@1", "tweet") == ["what a day"]
        assert parse(' "what a day"', "counterfactual_lines@1", "tweet") == ['"what a day"']

    @given(st.text(), st.sampled_from(["chat@1", "keyword_lines@1", "scaffold_turns@1", "scaffold_lines@1"]))
    def test_any_answer_gives_texts_in_normal_form(self, answer, template):
        texts = parse(answer, template, "tweet")
        assert all(text and normalise(text) == text for text in texts)


class TestReasons:
    def test_a_fresh_text_is_accepted(self, screen):
        judged = screen.judge(candidate(FRESH), Choice(FRESH, "stop"))
        assert (judged.reason, judged.detail) == ("", "")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", Reason.EMPTY),
            ("too short", Reason.TOO_SHORT),
            ("word " * 61, Reason.TOO_LONG),
            ("?!?! 77 88 99 ... ok 11 22", Reason.NOT_LANGUAGE),
            ("I am mad and I am mad and I am mad and I am mad", Reason.REPETITIVE),
            ("As an AI language model, I have no feelings.", Reason.REFUSED),
            ("Here is a tweet that shows how angry one can be", Reason.META_TEXT),
            ("so angry right now Keywords: fury, rage", Reason.META_TEXT),
        ],
    )
    def test_each_fault_has_its_reason(self, screen, text, expected):
        assert reason(screen, text) == expected

    def test_the_bounds_of_length_are_themselves_accepted(self):
        screen = Screen(SEEDS, TEST, ScreenConfig(min_words=3, max_words=4), "tweet")
        assert reason(screen, "just three words") == ""
        assert reason(screen, "here come four words") == ""
        assert reason(screen, "and these are five words") == Reason.TOO_LONG

    def test_what_the_provider_withheld_is_not_called_empty(self, screen):
        assert reason(screen, "", finish="content_filter") == Reason.CONTENT_FILTER
        assert reason(screen, "", finish="refusal") == Reason.REFUSED

    def test_only_a_line_that_the_limit_cut_is_truncated(self, screen):
        assert reason(screen, FRESH, finish="length") == Reason.TRUNCATED
        assert reason(screen, FRESH, finish="length", raw=f"{FRESH}\nand so on and") == ""
        other = "the second line is the one that counts but it is cut"
        assert reason(screen, other, finish="length", raw=f"Here it is:\n{other}") == Reason.TRUNCATED

    def test_a_copy_of_a_shown_seed_is_told_from_a_copy_of_another(self, screen):
        copy = SEEDS[0].text + "!"
        judged = screen.judge(candidate(copy, exemplars=("s1",)), Choice(copy, "stop"))
        assert judged.reason == Reason.COPIES_EXEMPLAR
        assert judged.detail.startswith("s1 (0.9")
        assert reason(screen, copy, exemplars=("s2",)) == Reason.COPIES_SEED

    def test_a_rewritten_row_may_be_like_its_source_but_has_other_words(self, screen):
        rewriting = {"template": "counterfactual_turns@1", "exemplars": ("s1",), "source": "s1"}
        edit = "the train left without me and I could laugh at the whole platform"
        assert reason(screen, edit, **rewriting) == ""
        assert reason(screen, SEEDS[0].text.upper() + "!!", **rewriting) == Reason.COPIES_EXEMPLAR
        assert reason(screen, SEEDS[1].text + " x", **rewriting) == Reason.COPIES_SEED

    def test_likeness_to_a_source_is_for_rewritten_rows_alone(self, screen):
        edit = "the train left without me and I could laugh at the whole platform"
        assert reason(screen, edit, source="s1") == Reason.COPIES_SEED
        assert reason(screen, edit, template="counterfactual_lines@1") == Reason.COPIES_SEED

    def test_a_rewritten_row_may_be_like_no_other_seed(self):
        twin = Row("s3", SEEDS[0].text + " today", "anger", 1)
        screen = Screen(SEEDS + Rows([twin]), TEST, ScreenConfig(), "tweet")
        edit = "the train left without me and I could yell at the whole platform"
        judged = screen.judge(
            candidate(edit, template="counterfactual_turns@1", source="s1"), Choice(edit, "stop")
        )
        assert (judged.reason, judged.detail[:3]) == (Reason.COPIES_SEED, "s3 ")

    @pytest.mark.parametrize(
        "text",
        [
            "rain fell on my old umbrella",
            "rain fell on the broken old umbrella",
            "@you RAIN... fell on the umbrella!!",
            "@a @b @c @d Rain, fell: on the old umbrella?! :-)",
        ],
    )
    def test_a_row_one_word_from_a_seed_is_rejected_though_its_characters_are_not_near(self, text):
        screen = Screen(SEEDS + Rows([RAIN]), TEST, ScreenConfig(near_duplicate=1.0), "tweet")
        judged = screen.judge(candidate(text, exemplars=("s4",)), Choice(text, "stop"))
        assert (judged.reason, judged.detail) == (Reason.ONE_WORD_FROM_SEED, "s4")

    @pytest.mark.parametrize("text", ["rain fell on my new umbrella", "fell rain on the old umbrella"])
    def test_a_row_two_words_from_a_seed_is_accepted(self, text):
        screen = Screen(SEEDS + Rows([RAIN]), TEST, ScreenConfig(near_duplicate=1.0), "tweet")
        assert reason(screen, text) == ""

    def test_a_near_copy_that_is_one_word_from_a_seed_is_a_near_copy(self, screen):
        edit = "the train left without me and I could laugh at the whole platform"
        assert reason(screen, edit, exemplars=("s1",)) == Reason.COPIES_EXEMPLAR

    def test_three_words_are_too_few_for_one_to_mean_anything(self):
        screen = Screen(Rows([Row("s1", "rain fell today", "anger", 1)]), TEST, ScreenConfig(), "tweet")
        assert reason(screen, "rain fell yesterday") == ""

    def test_a_rewritten_row_may_be_one_word_from_its_source_and_from_no_other_seed(self):
        rewriting = {"template": "counterfactual_lines@1", "source": "s4"}
        edit = "rain fell on catastrophically old umbrella"
        assert reason(Screen(Rows([RAIN]), TEST, ScreenConfig(), "tweet"), edit, **rewriting) == ""
        twin = Row("s5", "rain fell on extraordinarily old umbrella", "anger", 1)
        screen = Screen(Rows([RAIN, twin]), TEST, ScreenConfig(), "tweet")
        judged = screen.judge(candidate(edit, **rewriting), Choice(edit, "stop"))
        assert (judged.reason, judged.detail) == (Reason.ONE_WORD_FROM_SEED, "s5")

    @given(st.lists(st.text(alphabet="ab ", max_size=30), max_size=8), st.integers(0, 7))
    def test_what_the_screen_accepts_copies_no_seed(self, texts, number):
        seeds = Rows([Row(f"s{i}", text, "anger", i) for i, text in enumerate(texts)])
        text = texts[number % len(texts)] + " a" if texts else "a b a b"
        screen = Screen(seeds, TEST, ScreenConfig(), "tweet")
        said = Texts([text], [content_words(text)])
        own = Texts(seeds.texts, [content_words(seed) for seed in seeds.texts])
        copied = find_copies(said, own, ScreenConfig().near_duplicate) != [None]
        assert not (copied and reason(screen, normalise(text)) == "")

    @pytest.mark.parametrize(
        "text",
        [
            "so angry Replace: calm, quiet",
            "Rewrite it so that it is angry",
            "so cross; without the words: sun",
        ],
    )
    def test_parts_of_a_prompt_are_looked_for_where_it_had_them(self, screen, text):
        assert reason(screen, text, template="counterfactual_turns@1") == Reason.META_TEXT
        assert reason(screen, text, avoid=("sun",)) == Reason.META_TEXT
        assert reason(screen, text) == ""

    def test_no_other_fault_hides_that_a_row_is_a_copy(self):
        loud = Row("s6", "?!?! 77 88 99 ... ok 11 22", "anger", 6)
        screen = Screen(SEEDS + Rows([loud]), TEST, ScreenConfig(max_words=8), "tweet")
        assert reason(screen, loud.text) == Reason.COPIES_SEED
        assert reason(screen, SEEDS[0].text) == Reason.COPIES_SEED
        assert reason(screen, TEST[0].text, finish="length") == Reason.COPIES_TEST
        assert reason(screen, f"Tweet: {SEEDS[1].text}", exemplars=("s2",)) == Reason.COPIES_EXEMPLAR

    def test_a_copy_of_a_test_row_is_a_leak(self, screen):
        judged = screen.judge(candidate(TEST[0].text), Choice(TEST[0].text, "stop"))
        assert (judged.reason, judged.detail) == (Reason.COPIES_TEST, "t1 (1.00)")

    def test_duplicates_are_measured_against_accepted_rows_only(self, screen):
        assert reason(screen, FRESH, finish="length") == Reason.TRUNCATED
        assert reason(screen, FRESH, number=1) == ""
        again = screen.judge(candidate(FRESH.upper(), number=2), Choice("x", "stop"))
        assert (again.reason, again.detail) == (Reason.DUPLICATE, "c1")
        assert reason(screen, FRESH + " :(", number=3) == Reason.NEAR_DUPLICATE

    @given(st.lists(st.text(max_size=80), max_size=6))
    def test_judging_never_changes_a_text_and_never_fails(self, texts):
        screen = Screen(SEEDS, TEST, ScreenConfig(), "tweet")
        for number, text in enumerate(map(normalise, texts)):
            judged = screen.judge(candidate(text, number), Choice(text, "stop"))
            assert judged.text == text
            assert judged.reason in ("", *Reason)


class TestWording:
    @pytest.mark.parametrize("text", ["I'm sorry I ever said that", "I can't write any more, my hand hurts"])
    def test_what_people_say_is_no_refusal(self, text):
        assert not is_refusal(text)

    @pytest.mark.parametrize(
        "text", ["I'm sorry, but I can't help with that.", "I cannot generate such text"]
    )
    def test_refusals(self, text):
        assert is_refusal(text)

    def test_a_topic_of_several_words_is_met_as_a_whole(self):
        assert is_meta("Here's a product review for you", "good", "product review")
        assert is_meta("Product review: it broke", "good", "product review")
        assert not is_meta("I read every review of the product", "good", "product review")

    def test_a_label_with_brackets_is_taken_literally(self):
        assert is_meta("that expresses: very bad (valence)", "very bad (valence)", "tweet")

    def test_shares(self):
        assert letter_share("ab 12") == 0.5
        assert letter_share("สวัสดี") == 1.0
        assert letter_share("  ") == 0.0
        assert distinct_share("a b A b") == 0.5
        assert distinct_share("") == 1.0
