"""A subject is found in a warehouse of several nights, by its files alone and without an engine."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.explain import main as explain
from pipelines import lake
from pipelines.identity import key_subject, key_user
from pipelines.night import explaining
from pipelines.outcomes import OUTCOME_OF, Reason
from schemas.ledger import CONSTRAINTS, DECISIONS, ERASURES, QUARANTINE
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import PRUNING
from schemas.table import Table
from tests.factories import KEY, Ended, run_here
from tests.night.handmade import add, add_run

NIGHTS = ("2026-01-29", "2026-01-30", "2026-01-31")
WAY = {
    "intake": Reason.PASSED,
    "privacy": Reason.PASSED,
    "safety": Reason.PASSED,
    "language": Reason.PASSED,
    "diversity": Reason.LEADER,
    "split": Reason.TRAIN,
    "sampling": Reason.SELECTED,
}
TEXT = "a redacted \x1b[31mprompt"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Return three nights: a user in each, a quarantined row of that user; an erasure."""
    root = tmp_path / "w"
    user = key_user("ada@example.com", KEY.encode())
    for number, ds in enumerate(NIGHTS):
        here = {"ds": ds, "run_id": f"{ds}-run"}
        who = {"sample_id": f"s{number}", "conversation_id": f"c{number}", "user_key": user}
        sample = here | who | {"turn_index": 0, "quality": 0.5, "locale": "en-US", "depth": "1"}
        add(root, SAMPLES, sample)
        add(root, TRAIN, sample | {"weight": 1.0, "cluster_id": "c0001", "prompt": TEXT})
        named = here | {"sample_id": f"s{number}", "conversation_id": f"c{number}"}
        rules = {"rule": "a.rule", "rule_fingerprint": "f1"}
        decisions = [
            {"phase": phase, "reason": reason.value, "outcome": OUTCOME_OF[reason].value}
            for phase, reason in WAY.items()
        ]
        lost = {"phase": "intake", "reason": "no_messages", "outcome": "quarantine"}
        bad = here | {"conversation_id": f"bad-{number}"}
        add(root, DECISIONS, *(named | rules | one for one in decisions), bad | rules | lost)
        row = json.dumps({"source": "user", "user_key": user}, sort_keys=True)
        add(root, QUARANTINE, bad | {"reason": "no_messages", "row": row})
        pruned = {"kept": True, "reason": "leader", "novelty": 1.0, "cluster_id": "c0001"}
        add(root, PRUNING, here | {"sample_id": f"s{number}"} | pruned)
        add(root, CONSTRAINTS, here | {"side": "eval", "dimension": "locale"})
        add_run(root, ds, train_version=number)
    add(root, EVAL, sample | {"sample_id": "other"})
    erased = {"subject_key": key_subject("conversation", "gone", KEY.encode())}
    asked = {"kind": "conversation", "requested_at": datetime(2026, 1, 30, tzinfo=UTC)}
    add(root, ERASURES, erased | asked | {"rows": {"samples": 1}})
    return root


def ask(root: Path, *options: str) -> Ended:
    """Run the job as its users do, in this process."""
    return run_here(explain, "--warehouse", root, *options)


def words(text: str) -> str:
    """Return a text without its line breaks."""
    return " ".join(text.split())


def test_the_newest_night_is_told_and_the_others_named(warehouse: Path) -> None:
    """A user of three nights; the raw id is hashed, and shown nowhere."""
    ended = ask(warehouse, "--user", "ada@example.com", "--json")

    assert ended.code == 0, ended.err
    answer = json.loads(ended.out)
    assert (ended.code, answer["ds"], answer["other_nights"]) == (0, NIGHTS[2], [*NIGHTS[1::-1]])
    assert [sample["sample_id"] for sample in answer["samples"]] == ["s2"]
    assert [row["conversation_id"] for row in answer["quarantined"]] == ["bad-2"]
    assert answer["quarantined"][0]["rule_fingerprint"] == "f1"
    assert "ada@example.com" not in ended.out + ended.err
    assert "prompt" not in ended.out.replace("its prompt", "")


def test_a_side_goes_back_to_the_nights_before_it(warehouse: Path) -> None:
    """Only nights that were published before the run can have decided; later ones followed it."""
    first = ask(warehouse, "--sample", "s0")
    last = ask(warehouse, "--conversation", "c2")

    assert "is in train by" not in words(first.out)
    assert "user is in train by the published 2026-01-29 and 2026-01-30." in words(last.out)


def test_a_night_can_be_asked_for(warehouse: Path) -> None:
    """Also the text of that night, which is shown only then, and made harmless."""
    ended = ask(warehouse, "--sample", "s0", "--ds", NIGHTS[0], "--show-text")

    assert (ended.code, "a redacted ⟨U+001B⟩[31mprompt" in ended.out) == (0, True)
    wrong = ask(warehouse, "--sample", "s0", "--ds", NIGHTS[2])
    assert (wrong.code, f"these nights do: {NIGHTS[0]}" in wrong.err) == (3, True)


def test_an_erased_conversation_says_when_and_what(warehouse: Path) -> None:
    """Nothing else is left of it."""
    ended = ask(warehouse, "--conversation", "gone")

    assert (ended.code, "is under way; removed: samples 1 row." in words(ended.out)) == (0, True)
    assert ask(warehouse, "--conversation", "gone", "--ds", NIGHTS[0]).out == ended.out


def test_after_a_change_of_the_key_subjects_are_known_by_the_former_one(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nights before it have the user under the former key, their erasures too."""
    (tmp_path / "former").write_text(KEY, encoding="utf-8")
    (tmp_path / "new").write_text("another secret", encoding="utf-8")
    monkeypatch.setattr("tests.factories.KEY", "")
    new = ("--set", f"identity.key_file={tmp_path / 'new'}")
    both = (*new, "--set", f"identity.former_key_files=[{tmp_path / 'former'}]")

    unknown = ask(warehouse, "--user", "ada@example.com", *new)
    ended = ask(warehouse, "--user", "ada@example.com", "--json", *both)
    erased = ask(warehouse, "--conversation", "gone", *both)

    assert unknown.code == 3
    assert ended.code == 0, ended.err
    answer = json.loads(ended.out)
    assert (answer["ds"], answer["other_nights"]) == (NIGHTS[2], [*NIGHTS[1::-1]])
    assert [row["conversation_id"] for row in answer["quarantined"]] == ["bad-2"]
    assert "is under way; removed: samples 1 row." in words(erased.out)


@pytest.mark.parametrize("option", ["--conversation", "--sample", "--user"])
def test_an_unknown_subject_is_exit_3_with_what_was_searched(warehouse: Path, option: str) -> None:
    """`Not found` alone leaves open where somebody looked; the id itself is not repeated."""
    ended = ask(warehouse, option, "no'body\x1b")

    searched = "samples and quarantine of 3 published nights (2026-01-29 to 2026-01-31)"
    assert (ended.code, searched in ended.err, "body" in ended.err) == (3, True, False)


def test_a_night_that_is_being_replaced_is_not_told(warehouse: Path) -> None:
    """Its tables are of two runs: half an answer would be a wrong one."""
    late = {"sample_id": "new", "ds": NIGHTS[2], "run_id": "another", "user_key": "u"}
    add(warehouse, SAMPLES, late)

    ended = ask(warehouse, "--sample", "new")
    assert (ended.code, "is being published anew" in ended.err) == (1, True)


def test_a_run_that_is_not_published_holds_nothing(tmp_path: Path) -> None:
    """Before the first commit record, and where there is no warehouse at all."""
    (tmp_path / "empty").mkdir()

    assert ask(tmp_path / "empty", "--sample", "s").code == 3
    missing = ask(tmp_path / "none", "--sample", "s")
    assert (missing.code, (tmp_path / "none").exists()) == (3, False)


def test_other_nights_are_read_in_narrow_columns_and_a_few_at_a_time(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three hundred nights must not be open together, nor read whole."""
    opened: list[tuple[str, int]] = []
    scan = lake.scan_table

    def watch(
        root: Path,
        table: Table,
        *given: Any,  # noqa: ANN401 as it was called
        **named: Any,  # noqa: ANN401 as it was called
    ) -> pl.LazyFrame:
        if (chosen := named.get("nights")) is not None:
            opened.append((table.name, sum(map(chosen, NIGHTS))))
        return scan(root, table, *given, **named)

    monkeypatch.setattr(explaining, "scan_table", watch)
    monkeypatch.setattr(explaining, "_NIGHTS_AT_ONCE", 2)
    assert ask(warehouse, "--conversation", "c2").code == 0
    assert opened == [
        *(("samples", 2), ("quarantine", 2), ("samples", 1), ("quarantine", 1)),
        *(("samples", 2), ("decisions", 2)),  # of the user's nights before, until one has a side
    ]
