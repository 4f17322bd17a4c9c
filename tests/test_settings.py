"""Settings are merged in order, and every mistake is explained with its remedy."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.errors import ConfigError
from seedwise.settings import (
    Preset,
    assemble_config,
    changed_settings,
    check,
    preset_names,
    preset_summary,
    under_preset,
)

CONFIGS = st.builds(
    lambda seeds, arms, hints: check(
        ExperimentConfig,
        {"seeds": seeds, "evaluate": {"arms": arms}, "prompt": {"hints": hints}},
    ),
    st.fixed_dictionaries({"seed_size": st.integers(20, 900), "draws": st.integers(1, 9)}),
    st.lists(st.sampled_from(["real", "naive", "guided", "placebo"]), min_size=1, unique=True),
    st.integers(1, 20),
)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_sound_and_says_what_it_is_for(name: str) -> None:
    assert assemble_config(name).evaluate.added
    assert len(preset_summary(name)) > 20


def test_flags_beat_the_file_and_the_file_beats_the_preset(tmp_path: Path) -> None:
    file = write(tmp_path / "mine.toml", "[seeds]\nseed_size = 300\ndraws = 7\n")
    config = assemble_config("demo", file, {"seeds": {"draws": "9"}})
    assert (config.seeds.seed_size, config.seeds.draws) == (300, 9)
    assert config.evaluate == assemble_config("demo").evaluate


def test_text_from_flags_becomes_typed_values() -> None:
    config = assemble_config(flags={"evaluate": {"arms": ["naive", "real"], "added": ["10", "20"]}})
    assert config.evaluate.added == (10, 20)
    assert config.evaluate.compared == (Arm.SEED_ONLY, Arm.REAL, Arm.NAIVE)
    assert config.evaluate.generated == (Arm.NAIVE,)


@pytest.mark.parametrize(
    ("toml", "found", "remedy"),
    [
        ("[seeds]\nseed_sise = 5", "unknown key 'seed_sise' in [seeds]", "did you mean seed_size?"),
        ("[sedes]\nseed_size = 5", "unknown section 'sedes'", "did you mean seeds?"),
        ("[seeds]\ntemperature = 1", "unknown key 'temperature' in [seeds]", "put it under [generation]"),
        ("temperature = 1", "'temperature' stands outside any section", "put it under [generation]"),
        ("[seeds]\nseed_size = 3", "seeds.seed_size = 3", "change seeds.seed_size"),
        ("[seeds]\nseed_size = 'many'", "seeds.seed_size = 'many'", "change seeds.seed_size"),
        ("[evaluate]\nadded = [20, 10]", "evaluate = {'added': [20, 10]}", "change evaluate"),
        ("[evaluate]\narms = ['guidde']", "evaluate.arms.0 = 'guidde'", "change evaluate.arms.0"),
        ("[seeds\n", "not valid TOML", "mend the line"),
    ],
)
def test_mistakes_are_explained(tmp_path: Path, toml: str, found: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        assemble_config(config_file=write(tmp_path / "c.toml", toml))
    assert found in caught.value.found
    assert remedy in caught.value.remedy


def test_the_remedy_says_where_a_setting_is_set() -> None:
    with pytest.raises(ConfigError) as caught:
        assemble_config(flags={"audit": {"nearer_share": "2"}})
    assert caught.value.remedy == (
        "change audit.nearer_share: its flag, or its line in a TOML file; --help tells what it does"
    )
    with pytest.raises(ConfigError) as caught:
        check(RunConfig, {"jobs": "many"})
    assert caught.value.remedy == "change jobs: its flag; --help tells what it does"


def test_missing_and_binary_files_are_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        assemble_config(config_file=tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid TOML"):
        assemble_config(config_file=tmp_path / "binary.toml")


def test_unknown_preset_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        assemble_config("dmo")
    assert caught.value.remedy == "did you mean demo?"


def test_one_price_without_the_other_is_refused() -> None:
    with pytest.raises(ConfigError, match="go together"):
        check(RunConfig, {"prompt_price": 1.0})


def test_the_form_offers_every_preset_there_is() -> None:
    assert sorted(get_args(Preset)) == sorted(["none", *preset_names()])


@given(CONFIGS)
def test_under_no_preset_settings_stay_as_they_are(config: ExperimentConfig) -> None:
    assert under_preset("none", config) == config
    assert assemble_config(flags=changed_settings(config)) == config


@given(CONFIGS, st.sampled_from(get_args(Preset)[1:]))
def test_a_setting_is_the_changed_one_else_the_presets(config: ExperimentConfig, preset: Preset) -> None:
    default, given_by_preset = ExperimentConfig(), assemble_config(preset)
    laid = under_preset(preset, config)
    for section in ExperimentConfig.model_fields:
        for field in type(getattr(config, section)).model_fields:
            own, plain = (getattr(getattr(c, section), field) for c in (config, default))
            expected = own if own != plain else getattr(getattr(given_by_preset, section), field)
            assert getattr(getattr(laid, section), field) == expected, f"{section}.{field}"


def test_untouched_settings_under_a_preset_are_the_preset() -> None:
    assert under_preset("smoke", ExperimentConfig()) == assemble_config("smoke")
    seeds = ExperimentConfig().seeds.model_copy(update={"seed_size": 60})
    mine = under_preset("smoke", ExperimentConfig(seeds=seeds))
    assert (mine.seeds.seed_size, mine.seeds.draws, mine.evaluate.added) == (60, 1, (8,))
