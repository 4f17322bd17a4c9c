"""Names of arms and what their options do to the settings."""

import json
import pickle
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seedwise.arms import STANDARD_ARMS, Arm, Option, in_order
from seedwise.config import EvaluateConfig, ExperimentConfig
from seedwise.identity import digest
from seedwise.options import SWITCHES, of_arm


def test_an_arm_is_its_name_and_there_is_one_of_it():
    arm = Arm("guided+avoid")
    assert (arm.base, arm.options, str(arm)) == (Arm.GUIDED, {Option.AVOID: True}, "guided+avoid")
    assert pickle.loads(pickle.dumps(arm)) is arm
    assert json.loads(json.dumps({"arm": arm})) == {"arm": "guided+avoid"}
    assert digest([arm]) == digest(["guided+avoid"])


def test_options_are_put_in_standard_order():
    assert Arm("guided+weigh-avoid+stems") is Arm("guided+stems-avoid+weigh")


@pytest.mark.parametrize(
    "name",
    [
        *("", "guided+", "guide", "guided+love", "guided+avoid-avoid", "Guided", "guided avoid"),
        *("synthetic_only+alone", "synthetic_only-alone"),
    ],
)
def test_other_names_are_refused(name):
    with pytest.raises(ValueError, match="is no arm"):
        Arm(name)


@given(st.sampled_from(STANDARD_ARMS), st.dictionaries(st.sampled_from(list(Option)), st.booleans()))
def test_what_is_switched_can_be_read_again(base, options):
    assume(not (options.get(Option.SCAFFOLD) and options.get(Option.COUNTERFACTUAL)))
    arm = base.switch(options)
    always = {Option.ALONE: True} if base is Arm.SYNTHETIC_ONLY else {}
    assert arm.base is base
    assert arm.options == options | always
    assert Arm(arm.value) is arm


def test_arms_that_differ_in_training_only_share_their_rows():
    assert Arm("guided+weigh+alone+avoid").rows is Arm("guided+avoid")
    assert Arm.SYNTHETIC_ONLY.rows is Arm.GUIDED
    assert Arm.SYNTHETIC_ONLY.is_alone
    config = EvaluateConfig(arms=("guided", "synthetic_only", "guided+weigh", "real+alone"))
    assert config.generated == (Arm.GUIDED, Arm("guided+weigh"), Arm.SYNTHETIC_ONLY)
    assert config.grown == (Arm.GUIDED,)


def test_standard_order_puts_variants_after_their_base():
    arms = [Arm("real"), Arm("guided+avoid"), Arm("guided"), Arm("seed_only")]
    assert in_order(arms) == (arms[3], arms[0], arms[2], arms[1])


@pytest.mark.parametrize("option", list(SWITCHES))
def test_a_switch_changes_its_setting_and_nothing_else(option):
    config = ExperimentConfig()
    on = of_arm(config, Arm.GUIDED.switch({option: True}))
    switch = SWITCHES[option]
    assert getattr(getattr(on, switch.section), switch.field) == switch.on
    assert of_arm(on, Arm.GUIDED.switch({option: False})) == config
    assert of_arm(config, Arm.GUIDED) == config


def test_an_option_that_is_on_already_keeps_its_own_value():
    config = ExperimentConfig.model_validate({"prompt": {"avoid": 7}})
    assert of_arm(config, Arm("guided+avoid")).prompt.avoid == 7
    assert of_arm(config, Arm("guided-avoid")).prompt.avoid == 0


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("guided+counterfactual", "counterfactual"),
        ("guided-counterfactual", "scaffold"),
        ("guided+scaffold", "scaffold"),
        ("guided-scaffold", "plain"),
        ("guided-scaffold+counterfactual", "counterfactual"),
    ],
)
def test_an_option_replaces_another_choice_of_the_same_setting(name, form):
    config = ExperimentConfig.model_validate({"prompt": {"form": "scaffold"}})
    assert of_arm(config, Arm(name)).prompt.form == form


def test_classes_are_levelled_whatever_the_mix_was():
    config = ExperimentConfig.model_validate({"evaluate": {"mix": "natural"}})
    assert of_arm(config, Arm("guided+level")).evaluate.mix == "levelled"
    assert of_arm(config, Arm("guided-level")).evaluate.mix == "natural"


def test_one_setting_cannot_have_two_values():
    with pytest.raises(ValueError, match="scaffold and counterfactual exclude each other"):
        Arm("guided+counterfactual+scaffold")
    assert Arm("guided-counterfactual+scaffold").options[Option.SCAFFOLD]


def test_options_of_one_setting_exclude_each_other():
    for one, other in combinations(SWITCHES, 2):
        if (SWITCHES[one].section, SWITCHES[one].field) == (SWITCHES[other].section, SWITCHES[other].field):
            with pytest.raises(ValueError, match="exclude each other"):
                Arm.GUIDED.switch({one: True, other: True})


@pytest.mark.parametrize("option", list(SWITCHES))
def test_the_values_of_a_switch_are_valid_settings(option):
    switch = SWITCHES[option]
    for value in (switch.on, switch.off):
        config = ExperimentConfig.model_validate({switch.section: {switch.field: value}})
        assert getattr(getattr(config, switch.section), switch.field) == value


def test_a_setting_of_several_names_is_switched_from_any_of_them():
    config = ExperimentConfig.model_validate(
        {"evaluate": {"mix": "natural"}, "prompt": {"form": "counterfactual"}}
    )
    assert of_arm(config, Arm("guided+level")).evaluate.mix == "levelled"
    assert of_arm(config, Arm("guided-level")).evaluate.mix == "natural"
    assert of_arm(config, Arm("guided+scaffold")).prompt.form == "scaffold"
    assert of_arm(config, Arm("guided-scaffold")).prompt.form == "counterfactual"


@pytest.mark.parametrize("name", ["seed_only+weigh", "seed_only+alone", "real+avoid", "oversample+weigh"])
def test_arms_without_generated_rows_take_no_option_that_would_do_nothing(name):
    with pytest.raises(ValueError, match="nothing is generated"):
        EvaluateConfig(arms=(name,))
    assert EvaluateConfig(arms=("real+level", "oversample+alone")).generated == ()
