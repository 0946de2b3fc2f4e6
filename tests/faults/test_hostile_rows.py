"""A night whose every field is an attack; nothing that is made of it obeys one, or tells a secret.

The rows go through a real night, the report, an export for reviewers and every job that shows them.
"""

import csv
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.audit import main as audit
from jobs.explain import main as explain
from jobs.review import main as review
from jobs.status import main as status
from tests.conftest import Bench
from tests.factories import (
    FIRST,
    KEY,
    SMALL_CONFIG,
    Ended,
    conversation,
    run_here,
    traffic_of,
    write_parquet,
)

pytestmark = pytest.mark.spark

ATTACKS = (
    "<script>alert(1337)</script>",
    "\"><img src=x onerror='alert(1337)'>",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "@SUM(1+9)*cmd",
    "-2+3+cmd",
    "${jndi:ldap://127.0.0.1/a}",
    "{{7*7}}{% raw %}",
    "'; DROP TABLE train; --",
    "../../../etc/passwd",
    "two\r\nlines\tand more",
    "null\x00byte",
    "\U0001f9ff\U0001f3f4 flags",
    '{"run_id": "forged", "level": "info"}',
    'x"} 1\n# TYPE forged gauge\nforged 1',
    "`rm -rf /` $(id)",
)
COLUMNS = ("<b>bold</b>", "@SUM", "+1", "a\u202eb", "red\x1b[31m", "'--", "../up")
_NAMES = ("conversation_id", "character_id", "locale", "character_name")
USER = "raw-user"
MAIL = "jane.miller@wanadoo.fr"
SURROGATE = b"half of a pair \xed\xa0\xbd, please read it"
# What a terminal obeys or hides: controls, marks of direction, signs without a width.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
METRIC = re.compile(
    r'(?:# (?:HELP|TYPE) curation_\w+ .+|curation_\w+(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)*\})? \S+)'
)
FORMULA = re.compile(r"[=+\-@\t\r\n]")


@dataclass(frozen=True, slots=True)
class Hostile:
    """The night that was made of them.

    Args:
        bench: its folder.
        ended: how the job ended.
        said: what every other job printed, by its name.
    """

    bench: Bench
    ended: Ended
    said: dict[str, Ended]

    @property
    def root(self) -> Path:
        """The warehouse."""
        return self.bench.folder / "warehouse"

    @property
    def report(self) -> Path:
        """The folder of the report."""
        return self.root / "reports" / f"ds={FIRST}"

    def export(self, ending: str) -> str:
        """Return what reviewers were given."""
        return (self.bench.folder / f"open{ending}").read_text(encoding="utf-8")


def hostile_traffic() -> pa.Table:
    """Return a row for each attack, which stands in its every field; further rows stand alone."""
    rows = []
    for number, attack in enumerate(ATTACKS):
        named = dict.fromkeys(_NAMES, f"{attack}{number}")
        text = f"Please tell me what this means: {attack} and why people write it, number {number}."
        named |= {"user_id": f"{attack}{USER}{number}", "model_version": attack}
        rows.append(conversation(number, text=text, **named))
    rows.append(conversation(90, text=f"Write to {MAIL} about the garden.", locale=MAIL))
    rows += [conversation(91 + n, text=f"{ATTACKS[n]} mail it to {MAIL}.") for n in range(9)]
    rows += [conversation(120 + n) for n in range(12)]  # the last one's text is replaced
    table = traffic_of(rows)
    for column in COLUMNS:
        values = [ATTACKS[row % len(ATTACKS)] for row in range(table.num_rows)]
        table = table.append_column(column, pa.array(values))
    return table.append_column("note", pa.array([MAIL] * table.num_rows))


def with_surrogate(table: pa.Table) -> pa.Table:
    """Return the rows with the last prompt replaced by bytes that are no UTF-8."""
    contents = [messages[0]["content"].encode() for messages in table["messages"].to_pylist()]
    contents[-1] = SURROGATE
    texts = pa.array(contents, pa.binary()).view(pa.string())
    structs = pa.StructArray.from_arrays(
        [pa.array(["user"] * len(contents)), texts], names=["role", "content"]
    )
    messages = pa.ListArray.from_arrays(pa.array(range(len(contents) + 1), pa.int32()), structs)
    return table.set_column(table.column_names.index("messages"), "messages", messages)


@pytest.fixture(scope="module")
def night(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """Return the night, and what every job says of it."""
    assert spark.version
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "small.yaml").write_text(SMALL_CONFIG, encoding="utf-8")
    bench = Bench(folder, folder / "small.yaml")
    traffic = write_parquet(with_surrogate(hostile_traffic()), folder / "traffic")
    waiting = "privacy.types={EMAIL_ADDRESS: {answer: review}}"
    ended = bench.curate(traffic, waiting, "alarms.listed=100")
    assert ended.code == 0, ended.err
    place = ("--warehouse", folder / "warehouse")
    said = {"curate": ended, "status": run_here(status, *place), "audit": run_here(audit, *place)}
    for ending in (".csv", ".jsonl", ".json"):
        said[ending] = run_here(review, *place, "--export", folder / f"open{ending}")
    for number, attack in enumerate(ATTACKS):
        name = (f"--conversation={attack}{number}",)  # one may begin with a dash
        shown = ("--show-text",) if number % 2 else ()
        said[f"explain {number}"] = run_here(explain, *place, *name, *shown)
        said[f"explain json {number}"] = run_here(explain, *place, *name, "--json", *shown)
    said["user"] = run_here(explain, *place, "--user", f"{ATTACKS[2]}{USER}2")
    said["no such"] = run_here(explain, *place, "--conversation", "\x1b[31m\u202enobody")
    said["no ds"] = run_here(explain, *place, "--conversation", "x", "--ds", "\x1b[31m")
    said["no place"] = bench.curate(folder / "a\x1b[31m\u202e<b>", warehouse="warehouse")
    said["columns"] = bench.curate(refused_traffic(folder), warehouse="other")
    return Hostile(bench, ended, said)


def refused_traffic(folder: Path) -> Path:
    """Write traffic with names of columns that no table takes."""
    table = traffic_of([conversation(1)])
    for column in ("a \x1b[31m\u202e(", "Weight"):
        table = table.append_column(column, pa.array(["x"]))
    return write_parquet(table, folder / "refused\x1b[31m")


def artefacts(night: Hostile) -> Iterator[tuple[str, str]]:
    """Yield every file that people or their tools open, and all that was printed."""
    for file in sorted(night.report.iterdir()):
        yield file.name, file.read_text(encoding="utf-8")
    for ending in (".csv", ".jsonl", ".json"):
        yield f"open{ending}", night.export(ending)
    yield "status", (night.root / "_status" / "status.json").read_text(encoding="utf-8")
    for name, ended in night.said.items():
        yield name, ended.out + ended.err


def test_a_hostile_night_is_curated_and_explained(night: Hostile) -> None:
    """No field of a row may stop a night; each row is answered for."""
    codes = {name: ended.code for name, ended in night.said.items()}
    samples = night.bench.tables().night("samples", FIRST)

    assert codes == {
        name: {"no such": 3, "no ds": 2, "no place": 3, "columns": 3}.get(name, 0) for name in codes
    }, night.ended.err
    assert samples.height + night.bench.tables().night("quarantine", FIRST).height == 40
    assert night.bench.tables().night("review", FIRST).height > 0


def test_nothing_that_is_shown_holds_what_a_terminal_obeys(night: Hostile) -> None:
    """An escape sequence hides a line of a log; a mark of direction shows another name."""
    found = {
        name: sorted({ascii(sign) for sign in OBEYED.findall(text.replace("\r\n", "\n"))})
        for name, text in artefacts(night)
    }

    assert {name: signs for name, signs in found.items() if signs} == {}


def test_the_page_shows_attacks_as_text(night: Hostile) -> None:
    """Its reader has rights that the writer of a message has not."""
    page = (night.report / "report.html").read_text(encoding="utf-8")

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "49" not in re.findall(r"(?<=means: )\d+", page)
    assert "alert(1337)" in html.unescape(page)


def test_no_cell_of_an_export_is_a_formula(night: Hostile) -> None:
    """A reviewer opens it in a spreadsheet."""
    rows = list(csv.reader(night.export(".csv").splitlines(keepends=True)))

    assert len(rows) > 1
    assert [cell for row in rows for cell in row if FORMULA.match(cell)] == []


def test_lines_of_json_and_of_metrics_are_what_was_written_and_no_forged_ones(
    night: Hostile,
) -> None:
    """A line break in an id must not make a line of a log."""
    for name in ("log.jsonl", "lineage.jsonl"):
        lines = (night.report / name).read_text(encoding="utf-8").splitlines()
        assert all(isinstance(json.loads(line), dict) for line in lines)
        assert "forged" not in "\n".join(lines)
    metrics = (night.report / "metrics.prom").read_text(encoding="utf-8").splitlines()
    assert [line for line in metrics if not METRIC.fullmatch(line)] == []
    assert len(json.loads(night.export(".json"))) == len(night.export(".jsonl").splitlines())
    for name, ended in night.said.items():
        if name.startswith("explain json"):
            json.loads(ended.out)


def test_no_secret_no_user_and_no_identifier_is_told(night: Hostile) -> None:
    """Neither what is shown nor a file of the warehouse holds them."""
    shown = dict(artefacts(night))
    stored = night.bench.tables().texts()
    home = f"{Path.home()}/"

    for name, text in (shown | stored).items():
        assert KEY not in text, name
        assert MAIL not in text, name
        assert USER not in text, name
        assert home not in text, name
    assert set(night.bench.tables().read("samples")["note"]) == {None}


def test_every_file_is_its_owners_alone(night: Hostile) -> None:
    """Exports and reports too."""
    files = [*night.root.rglob("*"), *(night.bench.folder / f"open{e}" for e in (".csv", ".json"))]

    assert [str(file) for file in files if file.stat().st_mode & 0o077] == []
