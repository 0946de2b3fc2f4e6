"""What happens to a warehouse in a life of sixty nights; each event ends with its own check."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from unittest import mock

import polars as pl
import pyarrow.parquet as pq

from jobs.erase import main as erase
from jobs.reembed import main as reembed
from jobs.review import main as review
from pipelines.drift.profile import ACCEPTED
from pipelines.identity import key_user
from pipelines.night.claim import Claim, Intent, read_intent
from pipelines.proven_languages import proven_languages
from tests.configurations import another_revision
from tests.factories import KEY, NIGHTLY, environment_apart, job, rows_of, run_here
from tests.nights.life import Event, World
from tests.nights.log import ROWS

SWEDISH = [
    "Jag tycker om att laga mat på söndagar, vad ska jag bjuda min mormor på?",
    "Kan du berätta en saga om en räv som bor i skogen vid sjön?",
    "Hur lång tid tar det att cykla från Uppsala till Stockholm?",
]
_RUN_AGAIN = "Run these nights again, published before they could be compared: "
OWN = ("run_id", "decided_at")
SECONDS = 600


def usual(world: World, ds: str) -> None:
    """Nothing happens."""
    world.log.add_night(ds)
    world.publish(ds)


def late_rows(world: World, ds: str) -> None:
    """Rows of the night come when it is published; it is run again and holds them."""
    usual(world, ds)
    late = world.log.add_late(ds)
    world.publish(ds)
    decided = world.tables.night("decisions", ds)["conversation_id"]
    assert set(late) <= set(decided)


def empty_night(world: World, ds: str) -> None:
    """Nobody wrote: exit 3, and the warehouse is as it was."""
    world.log.add_none(ds)
    before = world.tables.versions()
    ended = world.run(ds)
    assert (ended.code, "has no rows" in ended.err) == (3, True), ended.err
    assert world.tables.versions() == before
    assert world.tables.night("runs", ds).height == 0


def repeated_traffic(world: World, ds: str) -> None:
    """The rows of the night before come once more: none of those kept then is kept again."""
    before = world.past[-1]
    world.log.add_again(ds, before)
    usual(world, ds)
    kept = world.tables.night("pruning", before).filter("kept")["text_hash"]
    again = world.tables.night("pruning", ds).filter(pl.col("text_hash").is_in(kept.implode()))
    assert again.height >= kept.len()
    assert again["kept"].sum() == 0
    assert before in set(again["witness_ds"])


def old_night_again(world: World, ds: str) -> None:
    """The first night is run again: it has the rows that it had, and no other night changes."""
    usual(world, ds)
    first = world.past[0]
    before = {name: rows_of(world.tables.read(name).sort("ds"), OWN) for name in NIGHTLY}
    world.publish(first)
    after = {name: rows_of(world.tables.read(name).sort("ds"), OWN) for name in NIGHTLY}
    assert [name for name in NIGHTLY if before[name] != after[name]] == []


def outage(world: World, ds: str) -> None:
    """The store goes away in the middle of a publication; the next start finishes it."""
    world.log.add_night(ds)
    root = world.tables.root
    aside = root.with_name("gone")
    begin = Claim.begin

    def begin_and_lose(claim: Claim, intent: Intent) -> None:
        begin(claim, intent)
        root.rename(aside)
        root.write_text("no folder: every read and write below it fails", encoding="utf-8")

    with mock.patch.object(Claim, "begin", begin_and_lose):
        lost = world.run(ds)
    still = world.run(ds)
    root.unlink()
    aside.rename(root)
    assert (lost.code, still.code != 0) == (1, True), lost.err + still.err
    assert "Traceback" not in lost.err + still.err
    assert read_intent(root) is not None
    world.publish(ds)
    assert read_intent(root) is None


def reviewed(world: World, ds: str) -> None:
    """A person approves one row and rejects another; the night is run again."""
    asked = [
        f"language.served=[{', '.join([*proven_languages(), 'sv'])}]",
        "safety.unproven=review",
    ]
    world.settings += asked
    world.log.add_texts(ds, SWEDISH)
    usual(world, ds)
    file = world.folder / "open.jsonl"
    taken = run_here(review, "--warehouse", world.tables.root, "--export", file)
    assert taken.code == 0, taken.err
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    mine = sorted(row["sample_id"] for row in rows if row["ds"] == ds)
    assert len(mine) >= len(SWEDISH)
    answers = {mine[0]: "approved", mine[1]: "rejected"}
    decided = {"reviewer": "ada", "decided_at": f"{ds}T23:30:00Z"}
    filled = [
        row | decided | {"status": answers[row["sample_id"]]}
        for row in rows
        if row["ds"] == ds and row["sample_id"] in answers
    ]
    file.write_text("\n".join(map(json.dumps, filled)), encoding="utf-8")
    told = run_here(review, "--warehouse", world.tables.root, "--import", file)
    assert (told.code, told.out.splitlines()[0]) == (0, "Taken: 1 approved, 1 rejected.")
    world.publish(ds)
    by_reviewer = pl.col("reason").str.ends_with("_by_reviewer")
    heard = world.tables.night("decisions", ds).filter(by_reviewer)
    assert dict(heard.select("sample_id", "outcome").rows()) == {mine[0]: "keep", mine[1]: "drop"}
    for setting in asked:
        world.settings.remove(setting)


def killed_early(world: World, ds: str) -> None:
    """The whole process group is killed when the night is drawn; nothing of it is there."""
    world.log.add_night(ds)
    staged = world.tables.root / "_staging"
    before = world.tables.versions()
    _kill_when(world, ds, lambda: any(staged.glob("*/night_train/*.parquet")))
    assert world.tables.versions() == before
    world.publish(ds)


def killed_late(world: World, ds: str) -> None:
    """The same in the middle of the publication, which the next start finishes."""
    world.log.add_night(ds)
    _kill_when(world, ds, lambda: read_intent(world.tables.root) is not None)
    ended = world.run(ds)
    assert (ended.code, "Finished the publication of" in ended.err) == (0, True), ended.err
    world.past.append(ds)
    world.changed.append(ds)


def _kill_when(world: World, ds: str, is_time: Callable[[], bool]) -> None:
    """Start a night as a process group of its own and kill it at a moment."""
    settings = ("--set", "spark.master=local[1,4]")
    command = [sys.executable, job("curate"), *world.arguments(ds), *settings]
    running = subprocess.Popen(  # noqa: S603 our own script
        [str(part) for part in command],
        env=environment_apart(world.folder),
        cwd=world.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + SECONDS
    while running.poll() is None and time.monotonic() < until and not is_time():
        time.sleep(0.02)
    assert running.poll() is None, f"it ended by itself with {running.returncode}"
    os.killpg(running.pid, signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL


def traffic_halved(world: World, ds: str) -> None:
    """Half of the rows come: the night is held until a person says that this is right."""
    asked = "drift.noise=1.0"  # two dozen rows are too few to be sure of anything
    world.settings.append(asked)
    world.log.add_night(ds, ROWS // 2)
    before = world.tables.versions()
    held = world.run(ds)
    assert (held.code, f"{ROWS // 2} rows came, expected at least" in held.err) == (5, True), (
        held.err
    )
    assert world.tables.versions() == before
    world.publish(ds, "--accept-drift", "a holiday")
    (run,) = world.tables.night("runs", ds).iter_rows(named=True)
    assert any(key.startswith(ACCEPTED) for key in dict(run["counts"]))
    assert "a holiday" in run["checks"]
    world.settings.remove(asked)


def column_gained(world: World, ds: str) -> None:
    """From this night on the log has a column more, which samples carry."""
    world.log.has_arm = True
    usual(world, ds)
    arms = world.tables.read("samples").select("ds", "arm")
    assert set(arms.filter(pl.col("ds") == ds)["arm"]) == {"a"}
    assert set(arms.filter(pl.col("ds") != ds)["arm"]) == {None}


def cut_changed(world: World, ds: str) -> None:
    """From this night on rows count as near-duplicates earlier."""
    world.settings.append("pruning.cut=0.90")
    usual(world, ds)


def model_changed(world: World, ds: str) -> None:
    """The encoder has another revision: earlier nights are not compared, and that is counted."""
    world.settings.append(another_revision(world.folder))
    usual(world, ds)
    counts = dict(world.tables.night("runs", ds)["counts"][0])
    assert any(name.startswith("not_compared.") for name in counts)


def embedded_again(world: World, ds: str) -> None:
    """The kept rows of former nights get vectors of the new revision; nights are compared again.

    Those that were published meanwhile are named, and run again.
    """
    sets = [part for setting in world.settings for part in ("--set", setting)]
    ended = run_here(reembed, "--warehouse", world.tables.root, *sets)
    assert ended.code == 0, ended.err
    told = ended.out.splitlines()[-1].removeprefix(_RUN_AGAIN).rstrip(".").split(", ")
    since = [night for night in world.past if night in told]
    assert len(since) == len(told) > 0, ended.out
    for night in since:
        world.publish(night)
    repeated_traffic(world, ds)


def erased(world: World, ds: str) -> None:
    """A user leaves; the night in which the user wrote is run again, and the user stays away."""
    usual(world, ds)
    old = world.past[len(world.past) // 2]
    sent = pl.concat(
        pl.DataFrame(pq.read_table(f)) for f in sorted((world.log.traffic / f"ds={old}").iterdir())
    )
    keys = set(world.tables.night("train", old)["user_key"])
    users = sorted(sent["user_id"].drop_nulls().unique())
    user = next(name for name in users if key_user(name, KEY.encode()) in keys)
    gone = key_user(user, KEY.encode())
    ended = run_here(erase, "--warehouse", world.tables.root, "--user", user)
    assert ended.code == 0, ended.err
    assert gone not in set(world.tables.read("samples")["user_key"])
    world.publish(old)
    assert gone not in set(world.tables.read("samples")["user_key"])
    texts = world.tables.texts()
    assert [name for name, text in texts.items() if gone in text + name] == []


EVENTS: tuple[Event, ...] = (
    late_rows,
    repeated_traffic,
    empty_night,
    old_night_again,
    outage,
    reviewed,
    killed_early,
    killed_late,
    traffic_halved,
    column_gained,
    cut_changed,
    model_changed,
    embedded_again,
    erased,
)
