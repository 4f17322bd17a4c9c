"""The local MLflow database: made once and whole, whoever else makes it and whoever is ended meanwhile."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from tasks.tracking.database import lay_database


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """MLflow's tables as two slow steps, which fail on a file that another has begun."""
    began: list[str] = []

    def make_tables(uri: str, artifacts: str) -> SimpleNamespace:
        began.append(artifacts)
        with Path(uri.removeprefix("sqlite:///")).open("x") as file:
            file.write("half")
            file.flush()
            time.sleep(0.2)
            file.write(", whole")
        return SimpleNamespace(engine=SimpleNamespace(dispose=lambda: None))

    monkeypatch.setattr("mlflow.store.tracking.sqlalchemy_store.SqlAlchemyStore", make_tables)
    return began


def uri_of(path: Path) -> str:
    return f"sqlite:///{path}"


def test_of_many_that_start_at_once_one_makes_it_and_none_sees_half(
    makers: list[str], tmp_path: Path
) -> None:
    place = tmp_path / "new folder, ünï" / "mlflow.db"

    def lay_and_read(_: int) -> str:
        lay_database(uri_of(place))
        return place.read_text()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lay_and_read, range(4))) == {"half, whole"}
    assert len(makers) == 1


def test_what_a_killed_maker_left_is_made_anew(makers: list[str], tmp_path: Path) -> None:
    (tmp_path / ".mlflow.db.new").write_text("half")
    (tmp_path / ".mlflow.db.new-journal").write_text("half")
    lay_database(uri_of(tmp_path / "mlflow.db"))
    assert (tmp_path / "mlflow.db").read_text() == "half, whole"
    assert not list(tmp_path.glob(".mlflow.db.new*"))


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:9", "postgresql://db/mlflow", "sqlite://", "sqlite:///:memory:"]
)
def test_other_places_are_left_alone(makers: list[str], uri: str) -> None:
    lay_database(uri)
    assert makers == []


def test_one_that_is_there_is_left_alone(makers: list[str], tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("theirs")
    lay_database(uri_of(tmp_path / "mlflow.db"))
    assert (tmp_path / "mlflow.db").read_text() == "theirs"
    assert makers == []
