"""Look at everything that a night needs, without starting one: no session, no claim, no table."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import NamedTuple

import polars as pl

from pipelines.config import RunConfig
from pipelines.environment import check_shell, choose_environment
from pipelines.errors import ConfigurationError, CurationError, InputError
from pipelines.lake import list_files, list_nights, scan_night, scan_table
from pipelines.night.claim import STAGING, read_claim
from pipelines.night.drawing import draw_night
from pipelines.night.intake import check_carried, check_extras, extra_names
from pipelines.night.plan import Plan, make_plan
from pipelines.night.scoring import check_dimensions
from pipelines.outcomes import Phase, Reason
from pipelines.published import RUN_ORDER
from pipelines.report.counting import rows_in
from pipelines.spark.input_shapes import InputShape, read_shape
from pipelines.stores.faults import explained
from pipelines.stores.files import (
    free_bytes,
    is_folder,
    remove_empty_folder,
    remove_folder,
    write_bytes,
)
from pipelines.stores.location import Location, locate
from pipelines.wording import format_count
from schemas.inputs import SCORES, TRAFFIC
from schemas.ledger import DECISIONS, RUNS
from schemas.nightly import NIGHTLY
from schemas.samples import SAMPLES

_RUNS_LOOKED_AT = 5
_TIMES_A_NIGHT = 3
"""A night lies there staged and published, and its largest table passes through temporary files."""
_LEAST_BYTES = 512 * 2**20
_FIRST_SECONDS, _FIRST_RATE = 15.0, 120.0
"""Of a first night on two cores, as the README measures it: seconds, and rows a second."""


class Estimate(NamedTuple):
    """What a night may take; `runs` = how many earlier ones say so, 0 = the README does."""

    rows: int
    seconds: float
    size: int
    runs: int


@dataclass(slots=True)
class DryRun:
    """What was looked at.

    Args:
        lines: what was found, in order.
        faults: what would end the night, in the order in which it would.
    """

    lines: list[str] = field(default_factory=list)
    faults: list[CurationError] = field(default_factory=list)

    def look(self, what: str, at: Callable[[], str]) -> None:
        """Look at one thing; what is wrong with it is remembered, and the next is looked at."""
        try:
            found = at()
        except CurationError as error:
            self.faults.append(error)
            found = f"FAULT: {error.faults[0]}"
        self.lines.append(f"{what:<12}{found}")

    def require(self) -> None:
        """Raise every fault at once, with the exit code of the one that a night would meet first.

        Raises:
            CurationError: of the kind of that one.
        """
        if self.faults:
            raise type(self.faults[0])(*(line for fault in self.faults for line in fault.faults))


def rehearse(config: RunConfig) -> DryRun:
    """Return the plan of a night, and every fault that would end it.

    Raises:
        CurationError: there is no plan: a setting is missing or wrong, or an input is not there.
    """
    was_there = config.warehouse is not None and is_folder(locate(config.warehouse))
    plan = make_plan(config)
    try:
        with explained(plan.root):
            return _rehearse(plan)
    finally:
        if not was_there:
            remove_empty_folder(plan.root)


def _rehearse(plan: Plan) -> DryRun:
    shapes: dict[str, InputShape | None] = {}
    run = DryRun([f"{'night':<12}{plan.ds}, into {plan.root}"])
    run.look("warehouse", lambda: _look_at_warehouse(plan.root))
    run.look("Java", _look_at_java)
    run.look("traffic", lambda: _look_at_traffic(plan, shapes))
    run.look("scores", lambda: _look_at_scores(plan))
    run.look("models", lambda: _look_at_models(plan))
    run.look("disk", lambda: _look_at_disk(plan, shapes.get("traffic")))
    run.look("constraints", lambda: _look_at_constraints(plan))
    run.lines.append(f"{'estimate':<12}{_describe(estimate(plan, shapes.get('traffic')))}")
    run.lines.append("No night was started, no table was written.")
    return run


def _look_at_warehouse(root: Location) -> str:
    probe = root / STAGING / f"dry-run-{os.getpid()}"
    try:
        write_bytes(probe / "probe", b"")
    except OSError as error:
        message = (
            f"warehouse: {root} cannot be written ({error.strerror or type(error).__name__}); give "
            "this user the right to, or another warehouse."
        )
        raise ConfigurationError(message) from None
    finally:
        remove_folder(probe)
        remove_empty_folder(root / STAGING)  # where it was made for the probe
    claim = read_claim(root)
    if claim is not None and claim["status"] in {"claimed", "publishing"}:
        return f"can be written; {claim['run_id']} holds it or died: jobs/status.py"
    return "can be written"


def _look_at_java() -> str:
    check_shell(os.environ)
    return choose_environment(os.environ)["JAVA_HOME"]


def _look_at_traffic(plan: Plan, shapes: dict[str, InputShape | None]) -> str:
    carry = plan.config.intake.carry
    shape = shapes["traffic"] = read_shape(plan.traffic, TRAFFIC, plan.ds, carry)
    if shape is None:
        return "a name of the catalogue; the run looks at it"
    extras = extra_names(shape.columns.names)
    if carry is not None:
        check_carried(carry, extras)
        extras = [name for name in extras if name in carry]
    check_extras(type(shape.columns)([shape.columns[name] for name in extras]))
    check_dimensions(plan.config, extras)
    if not shape.rows:
        message = (
            f"traffic: {plan.traffic} has no rows of {plan.ds}; nothing was published. "
            "Check --ds and the export."
        )
        raise InputError(message)
    more = f", extra columns {', '.join(extras)}" if extras else ""
    return f"{shape.rows:,} rows, {shape.size / 2**20:,.1f} MiB{more}"


def _look_at_scores(plan: Plan) -> str:
    if plan.scores is None:
        return "none; difficulty is unknown"
    shape = read_shape(plan.scores, SCORES, plan.ds, ())
    return (
        "a name of the catalogue; the run looks at it" if shape is None else f"{shape.rows:,} rows"
    )


def _look_at_models(plan: Plan) -> str:
    return f"{len(plan.loading.revisions())} load: {', '.join(sorted(plan.specs))}"


def _look_at_disk(plan: Plan, traffic: InputShape | None) -> str:
    """Require room for the night where it is written and where Spark spills."""
    needed = max(_LEAST_BYTES, _TIMES_A_NIGHT * estimate(plan, traffic).size)
    given = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")
    places = [locate(place) for place in given if place] or [locate(tempfile.gettempdir())]
    if plan.root.is_local:
        places.insert(0, plan.root)
    free = {place: free_bytes(place) for place in dict.fromkeys(places)}
    scarce = [f"{place} has {n / 2**30:.1f} GiB" for place, n in free.items() if n < needed]
    if scarce:
        message = (
            f"disk: the night needs some {needed / 2**30:.1f} GiB, {', '.join(scarce)} left; free "
            "some, or name another folder (TMPDIR for temporary files)."
        )
        raise CurationError(message)
    left = ", ".join(f"{place} has {n / 2**30:.1f} GiB" for place, n in free.items())
    return f"some {needed / 2**30:.1f} GiB needed; {left}"


def _look_at_constraints(plan: Plan) -> str:
    """Draw from the last night as its split left it; nothing is written."""
    nights = [night for night in list_nights(plan.root, DECISIONS) if night < plan.ds]
    if not nights:
        return "no earlier night to try them on"
    decided = scan_night(plan.root, DECISIONS, nights[-1]).filter(pl.col("phase") == Phase.SPLIT)
    sided = decided.filter(pl.col("reason").is_in([Reason.TRAIN.value, Reason.EVAL.value]))
    split = sided.select("sample_id", "reason", is_large=pl.lit(value=False)).collect()
    drawn = draw_night(scan_night(plan.root, SAMPLES, nights[-1]), split, plan.config)
    sizes = ", ".join(f"{side} {rows:,}" for side, rows in drawn.figures.sizes.items())
    missed = drawn.constraints.filter(~pl.col("met")).height
    return f"hold on the rows of {nights[-1]}: {sizes}; {missed} soft bounds missed"


def estimate(plan: Plan, traffic: InputShape | None) -> Estimate:
    """Return what the night may take, by the rate of the last runs."""
    seen = list(_rates(plan.root))
    rows = traffic.rows if traffic is not None else round(median([r for r, _ in seen] or [0]))
    nights = [night for night in list_nights(plan.root, RUNS) if night != plan.ds][-1:]
    last = sum(
        file.size for table in NIGHTLY for file in list_files(plan.root, table, nights.__contains__)
    )
    before = seen[-1][0] if seen else 0
    size = round(last * rows / before) if last and before else (traffic.size if traffic else 0)
    if not seen:
        return Estimate(rows, _FIRST_SECONDS + rows / _FIRST_RATE, size, 0)
    per_row = median(seconds / max(1, came) for came, seconds in seen)
    return Estimate(rows, rows * per_row, size, len(seen))


def _rates(root: Location) -> Iterator[tuple[int, float]]:
    """Yield rows and seconds of the last published runs, oldest first."""
    chosen = frozenset(list_nights(root, RUNS)[-_RUNS_LOOKED_AT:])
    runs = scan_table(root, RUNS, nights=chosen.__contains__).filter(
        pl.col("status") == "published"
    )
    rows = runs.collect().sort(RUN_ORDER).select("counts", "started_at", "finished_at")
    for counts, began, ended in rows.tail(_RUNS_LOOKED_AT).iter_rows():
        yield rows_in(dict(counts)), (ended - began) / timedelta(seconds=1)


def _describe(guess: Estimate) -> str:
    by = (
        f"the last {format_count(guess.runs, 'run')}"
        if guess.runs
        else "the README's figures; there is no run yet"
    )
    minutes = format_count(max(1, round(guess.seconds / 60)), "minute")
    return f"{guess.rows:,} rows, some {minutes}, {guess.size / 2**20:,.0f} MiB; by {by}"
