"""Keys in Prefect Secret blocks: where they go, and what is said where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from prefect.blocks.system import Secret

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import ConfigError
from tasks.secrets import provide_key

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _environment_of_its_own() -> Iterator[None]:
    """Stop the keys that are provided from leaking into other tests."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def provide(llm: str, block: str) -> set[str]:
    """Provide a block's key, and name the variables that are new."""
    before = set(os.environ)
    provide_key(GenerationConfig(llm=llm), RunConfig(key_block=block))
    return set(os.environ) - before


@pytest.mark.parametrize(
    ("llm", "variable"),
    [
        ("openai/some-model", "OPENAI_API_KEY"),
        ("text-completion-openai/some-model", "OPENAI_API_KEY"),
        ("some-model", "OPENAI_API_KEY"),
        ("mistral/some-model", "MISTRAL_API_KEY"),
    ],
)
def test_a_key_goes_to_its_providers_variable(prefect_server: str, llm: str, variable: str) -> None:
    Secret(value="1234567890").save("one-key", overwrite=True)  # digits alone: Prefect reads them as a number
    assert provide(llm, "one-key") == {variable}
    assert os.environ[variable] == "1234567890"


def test_an_object_names_its_variables(prefect_server: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    Secret(value=keys).save("many-keys", overwrite=True)
    assert provide("bedrock/some-model", "many-keys") == set(keys)
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "b"


@pytest.mark.parametrize("value", [{"PATH": "/tmp"}, {"AWS_SECRET_ACCESS_KEY": "x", "LD_PRELOAD": "y"}, {}])
def test_an_object_of_other_variables_is_refused_without_its_values(
    prefect_server: str, value: object
) -> None:
    Secret(value=value).save("odd", overwrite=True)
    with pytest.raises(ConfigError) as caught:
        provide("bedrock/some-model", "odd")
    assert "/tmp" not in str(caught.value)
    assert "LD_PRELOAD" not in os.environ


def test_a_block_that_is_not_there_is_told(prefect_server: str) -> None:
    with pytest.raises(ConfigError, match="'nobodys' is not there"):
        provide("openai/some-model", "nobodys")


def test_without_a_block_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.secrets.Secret", None)
    assert provide("openai/some-model", "") == set()
