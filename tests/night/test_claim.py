"""One of two runs holds a warehouse; a dead holder is overtaken and fenced off."""

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from deltalake import write_deltalake

from pipelines.errors import ConfigurationError, CurationError
from pipelines.night import claim as claims
from pipelines.night.claim import (
    Claim,
    ClaimLostError,
    Intent,
    Pace,
    hold_warehouse,
    read_intent,
)
from pipelines.stores import row_table
from pipelines.stores.location import Location
from pipelines.stores.opening import open_warehouse
from pipelines.stores.row_table import RowTable
from schemas.claims import CLAIMS
from tests.factories import FIRST

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
INTENT = Intent("one", FIRST, {"train": 3, "eval": 5}, ("train", "eval"))


@dataclass(slots=True)
class Hours:
    """A clock that only a wait, or a test, moves on."""

    now: datetime = NOON
    during_wait: Callable[[], object] = lambda: None
    waits: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        """Let time pass, and with it what else goes on."""
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.during_wait()

    def pace(self) -> Pace:
        """Return how time passes by this clock."""
        return Pace(900.0, lambda: self.now, self.wait)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a warehouse that looks remote, so that no lock of this host helps."""
    monkeypatch.setattr(Location, "is_local", property(lambda _: False))
    monkeypatch.setattr(Location, "store", property(lambda _: ""))
    return tmp_path


def hold(root: Path, run: str, hours: Hours) -> AbstractContextManager[Claim]:
    """Hold a warehouse by a clock."""
    return hold_warehouse(root, run, FIRST, hours.pace())


def status(root: Path) -> tuple[int, str, str]:
    """Return epoch, run and status of the one row."""
    seen = RowTable(Location(str(root / "_claims")), CLAIMS.arrow).read()
    assert seen is not None
    assert seen.row is not None
    return seen.row["epoch"], seen.row["run_id"], seen.row["status"]


def abandon(root: Path, run: str, hours: Hours) -> Claim:
    """Claim a warehouse and die."""
    return claims._take(Location(str(root)), run, FIRST, hours.pace())


@pytest.mark.parametrize("place", ["near", "far"])
def test_the_second_of_two_runs_is_told_who_holds_the_warehouse(
    place: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Whoever is on duty must know which run holds it, and since when."""
    root = request.getfixturevalue("far") if place == "far" else tmp_path
    hours = Hours()
    expected = r"another run holds .*: one on \S+, process \d+, since 2026-01-31 12:00:00 UTC; wait"
    with hold(root, "one", hours):
        hours.wait(30)
        with pytest.raises(CurationError, match=expected) as refused:
            hold(root, "two", hours).__enter__()

    assert refused.value.exit_code == 1
    assert status(root) == (1, "one", "released")
    with hold(root, "three", hours) as third:
        assert (third.epoch, third.overtook) == (2, False)


def test_of_many_that_claim_at_the_same_time_one_wins(far: Path) -> None:
    """A swap that two win would publish a mixture."""
    start, won, lost = threading.Barrier(6), [], []

    def claim(number: int) -> None:
        start.wait()
        try:
            won.append(claims._take(Location(str(far)), f"run-{number}", FIRST, Pace()))
        except CurationError as error:
            lost.append(str(error))

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert len(lost) == 5
    assert status(far) == (1, won[0].run_id, "claimed")


def test_on_a_disk_a_dead_run_is_overtaken_at_once(tmp_path: Path) -> None:
    """A killed process frees the lock of its host: nobody has to wait for a lease."""
    dead = abandon(tmp_path, "dead", Hours())

    with hold(tmp_path, "next", Hours()) as claim:
        assert (claim.epoch, claim.overtook) == (2, True)
        assert claim.next_write() > dead.next_write()


def test_a_dead_run_stays_to_be_shut_out_until_somebody_has_done_so(tmp_path: Path) -> None:
    """Who overtakes it may end before Spark starts; the next but one must not trust the dead."""
    abandon(tmp_path, "dead", Hours())
    with hold(tmp_path, "without Spark", Hours()) as claim:
        assert claim.overtook
    with hold(tmp_path, "next", Hours()) as claim:
        assert claim.overtook
        claim.overtook = False  # as the shutting out does
    with hold(tmp_path, "last", Hours()) as claim:
        assert not claim.overtook


def test_elsewhere_a_dead_run_is_overtaken_when_its_lease_is_over(far: Path) -> None:
    """No lock shows whether a process on another host is alive."""
    hours = Hours()
    dead = abandon(far, "dead", hours)
    dead.begin(INTENT)
    hours.now += timedelta(seconds=890)
    with pytest.raises(CurationError, match=r"dead on .* its claim ends at 2026-01-31 12:15:00"):
        hold(far, "early", hours).__enter__()
    hours.now += timedelta(seconds=20)

    with hold(far, "next", hours) as claim:
        assert (claim.epoch, claim.overtook, claim.intent) == (2, True, INTENT)
        assert sum(hours.waits) == pytest.approx(2 * 60)

        # What wakes up again publishes nothing.
        assert not dead.is_held()
        for act in (dead.beat, dead.require, dead.settle, lambda: dead.begin(INTENT)):
            with pytest.raises(ClaimLostError, match=r"another run has taken over .*next on"):
                act()

    assert status(far) == (2, "next", "released early")


@pytest.mark.parametrize("wrong_by", [timedelta(hours=3), timedelta(hours=-3)])
def test_a_wrong_clock_overtakes_nobody_who_is_alive(far: Path, wrong_by: timedelta) -> None:
    """To a clock hours ahead every claim is long over; to one hours behind, not yet begun."""
    alive = abandon(far, "alive", Hours())
    hours = Hours(NOON + wrong_by, during_wait=alive.beat)

    with pytest.raises(CurationError, match=r"alive on .* clocks of the two hosts differ by some"):
        hold(far, "skewed", hours).__enter__()

    assert alive.is_held()


def test_a_run_that_is_alive_says_so(far: Path) -> None:
    """A night lasts hours, a lease minutes."""
    hours = Hours()
    beaten = threading.Event()

    class Counting(Claim):
        def beat(self) -> None:
            super().beat()
            beaten.set()

    claim = abandon(far, "alive", hours)
    counting = Counting(claim.root, "alive", FIRST, Pace(0.01, lambda: hours.now), claim.row)
    hours.now += timedelta(seconds=5)
    with claims._kept_alive(counting):
        assert beaten.wait(30)

    assert counting.row["at"] == hours.now


def test_an_open_publication_outlives_the_claims_of_those_who_do_not_finish_it(
    tmp_path: Path,
) -> None:
    """The run after the next still has to finish it."""
    with hold_warehouse(tmp_path, "one", FIRST) as claim:
        claim.begin(INTENT)
    with hold_warehouse(tmp_path, "two", FIRST):
        pass

    assert read_intent(tmp_path) == INTENT
    with hold_warehouse(tmp_path, "three", FIRST) as claim:
        assert claim.intent == INTENT
        claim.settle()
    assert read_intent(tmp_path) is None


def test_a_publication_that_version_0_1_left_open_is_taken_on(tmp_path: Path) -> None:
    """It lies in a file there; a night half published must not stay so for an update."""
    folder = tmp_path / "_staging"
    folder.mkdir()
    (folder / "intent.json").write_text(json.dumps(asdict(INTENT)), encoding="utf-8")

    with hold_warehouse(tmp_path, "next", FIRST) as claim:
        assert claim.intent == INTENT
        claim.settle()
    with hold_warehouse(tmp_path, "next", FIRST) as claim:
        assert claim.intent is None


def test_a_commit_whose_answer_was_lost_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that took it for refused would wait for its own claim."""
    write: Callable[..., None] = write_deltalake

    def losing(*args: object, **named: object) -> None:
        write(*args, **named)
        message = "connection closed before message completed"
        raise OSError(message)

    monkeypatch.setattr(row_table, "write_deltalake", losing)
    with hold_warehouse(tmp_path, "one", FIRST) as claim:
        assert claim.epoch == 1
        claim.begin(INTENT)
        claim.settle()

    assert status(tmp_path) == (1, "one", "released")


def test_a_thousand_claims_leave_a_short_log_and_few_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A beat a minute for years must not make a night's start slower."""
    monkeypatch.setattr("pipelines.stores.row_table._KEEP_HOURS", 0)
    for _ in range(30):
        with hold_warehouse(tmp_path, "run", FIRST) as claim:
            claim.begin(INTENT)
            claim.settle()

    folder = tmp_path / "_claims"
    assert len(list(folder.glob("*.parquet"))) < 10
    assert list((folder / "_delta_log").glob("*.checkpoint.parquet"))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("ftp://host/wh", r"the scheme ftp:// is not one of file:, hdfs:, s3a:, s3:, abfss:, gs:"),
        ("s3a:///wh", r"names no store; write s3a://BUCKET"),
        ("s3a://KEY:SECRET@bucket/wh", r"holds credentials before its host"),
        ("abfss://c@a.dfs.core.windows.net/w?sig=SECRET", r"holds credentials .* behind its path"),
    ],
)
def test_a_place_that_is_no_store_of_ours_is_refused(place: str, expected: str) -> None:
    """Refused before any work; the message holds no secret."""
    with pytest.raises(ConfigurationError, match=expected) as refused:
        open_warehouse(place)

    assert "SECRET" not in str(refused.value)


def test_every_store_is_named_in_one_way() -> None:
    """Two spellings of a bucket are one warehouse."""
    assert [
        str(open_warehouse(place)) for place in ("s3://b/w/", "hdfs://n:9000/w", "gs://b/w")
    ] == [
        "s3a://b/w",
        "hdfs://n:9000/w",
        "gs://b/w",
    ]
    assert str(open_warehouse("abfss://c@a.dfs.core.windows.net/w")).startswith("abfss://c@a.")
