"""Go on where a killed run of the same night stopped.

A finished phase leaves a mark: the files of its tables, and an identity of all that they follow
from. The next run of the night takes over the tables of each phase whose identity is its own; the
first other phase, and all behind it, is run anew. A mark is a file of JSON in
`_staging/<run>/phases/`; it holds no text and no id of a sample.
Source: score once, decide later.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Concatenate, NamedTuple, ParamSpec, Self, TypeVar

from pipelines.identity import fingerprint, key_user
from pipelines.lake import list_files, scan_parquet
from pipelines.night.claim import STAGING
from pipelines.night.night import Night
from pipelines.night.phases import PHASES, Figures
from pipelines.night.scoring import Traffic
from pipelines.night.workspace import Workspace
from pipelines.publishing.rules import written_under
from pipelines.stores.files import list_folder, read_bytes, replace_bytes
from pipelines.stores.location import Location, locate
from schemas.night import DECIDED

_MARKS = "phases"
P = ParamSpec("P")
T = TypeVar("T")


class Files(NamedTuple):
    """The Parquet files of a staged table: their folder below the warehouse, bytes by name."""

    folder: str
    sizes: Mapping[str, int | None]


class Mark(NamedTuple):
    """What a finished phase left.

    Args:
        phase: its name.
        identity: of all that its tables follow from.
        tables: name → files; of `decided` those that there were when the phase ended.
        figures: what it found beside its tables.
    """

    phase: str
    identity: str
    tables: Mapping[str, Files]
    figures: Figures


@dataclass(slots=True)
class Resumption:
    """A run that takes over what runs of the night before it have finished.

    Args:
        night: the run.
        marks: identity → mark of those runs.
        identity: of all that the phases so far follow from.
        ledger: `decided` as the last phase that was taken over left it; None = there is none yet.
        is_over: whether a phase has run anew, as all behind it must.
    """

    night: Night
    marks: Mapping[str, Mark]
    identity: str
    ledger: Files | None = None
    is_over: bool = False

    @classmethod
    def of(cls, night: Night, traffic: Traffic) -> Self:
        """Look for what runs that were killed have left of this night."""
        plan = night.plan
        models = json.dumps(dict(night.revisions), sort_keys=True)
        keys = [key_user("", key) for key in plan.keys]
        identity = fingerprint(plan.ds, plan.code_version, models, *keys, traffic.digest)
        root = plan.root
        marks = {
            mark.identity: mark
            for run in find_runs(root, plan.ds)
            for mark in _marks(run)
            if _is_whole(root, mark)
        }
        return cls(night, marks, identity)

    def go(self, phase: Callable[Concatenate[Night, P], T], *given: P.args, **named: P.kwargs) -> T:
        """Return what a phase returns: of tables that are there already, or by running it."""
        known = PHASES.get(phase.__name__)
        if known is None:
            self._run_from_here(phase.__name__)
            return phase(self.night, *given, **named)
        self.identity = self._follow(phase.__name__)
        mark = None if self.is_over else self.marks.get(self.identity)
        if mark is not None:
            self._take(mark)
            opened: T = known.opened(self.night, mark.figures)
            return opened
        self._run_from_here(phase.__name__)
        result = phase(self.night, *given, **named)
        self._leave(phase.__name__, known.figures(result))
        return result

    def _follow(self, phase: str) -> str:
        """Return the identity of a phase: of what came before it, its settings, what it reads."""
        known, config = PHASES[phase], self.night.plan.config
        written = config.as_written()
        settings = {name: written_under(written, name) for name in known.settings}
        # Files, not versions: to shut out the run that died, a commit without rows was made.
        files = [f.path for table in known.reads for f in list_files(self.night.plan.root, table)]
        return fingerprint(self.identity, phase, json.dumps(settings, sort_keys=True), *files)

    def _take(self, mark: Mark) -> None:
        self.night.workspace.elsewhere.update(_places(self.night.plan.root, mark))
        _write(self.night.workspace, mark)  # a run behind this one finds it here
        self.night.stages.take_over(mark.phase)
        self.ledger = mark.tables.get(DECIDED.name, self.ledger)

    def _run_from_here(self, phase: str) -> None:
        """Give the phases from here on a ledger of their own: a run that is dead may still write.

        An unknown phase may follow from anything, so its identity is of this run alone.
        """
        if not self.is_over and self.ledger is not None:
            for name in sorted(self.ledger.sizes):
                rows = scan_parquet([self.night.plan.root / self.ledger.folder / name])
                self.night.workspace.sink(DECIDED, rows)
        self.is_over = True
        if phase not in PHASES:
            self.identity = fingerprint(self.identity, self.night.run_id)

    def _leave(self, phase: str, figures: Figures) -> None:
        root, staged = self.night.plan.root, self.night.workspace.staged
        tables = {t.name: _files_of(root, staged(t).folder) for t in PHASES[phase].tables}
        _write(self.night.workspace, Mark(phase, self.identity, tables, figures))


def find_runs(root: Location, ds: str) -> list[Location]:
    """Return the folders of runs of a night that have finished a phase, in order of their names."""
    runs = [entry.place for entry in list_folder(root / STAGING) if entry.is_folder]
    return [run for run in runs if run.name.startswith(f"{ds}-") and list_folder(run / _MARKS)]


def find_kept_runs(root: Location, ds: str) -> set[str]:
    """Return the names of the runs whose folders a run of the night may go on with."""
    return set().union(*(needed_runs(run) for run in find_runs(root, ds)))


def needed_runs(run: Location) -> set[str]:
    """Return the names of the runs in whose folders the tables of a run lie, itself among them."""
    staged = f"{STAGING}/"
    folders = {files.folder for mark in _marks(run) for files in mark.tables.values()}
    others = {folder.split("/")[1] for folder in folders if folder.startswith(staged)}
    return {run.name, *others}


def take_tables(workspace: Workspace) -> Workspace:
    """Return a run's workspace with the tables that it has taken over from runs before it."""
    for mark in _marks(workspace.folder):
        workspace.elsewhere.update(_places(locate(workspace.root), mark))
    return workspace


def _places(root: Location, mark: Mark) -> dict[str, Location]:
    """Return where the tables of a mark lie; `decided` is each run's own."""
    return {n: root / files.folder for n, files in mark.tables.items() if n != DECIDED.name}


def _marks(run: Location) -> Iterator[Mark]:
    """Yield the marks of a run; one that was being written when it died is none."""
    for entry in list_folder(run / _MARKS):
        with suppress(ValueError, KeyError, TypeError):
            read: dict[str, Any] = json.loads(read_bytes(entry.place))
            tables = {name: Files(*files) for name, files in read["tables"].items()}
            yield Mark(read["phase"], read["identity"], tables, read["figures"])


def _write(workspace: Workspace, mark: Mark) -> None:
    data = json.dumps(mark._asdict(), sort_keys=True).encode()
    replace_bytes(workspace.folder / _MARKS / f"{mark.phase}.json", data)


def _files_of(root: Location, folder: Location) -> Files:
    below = str(folder).removeprefix(f"{root}/")
    return Files(below, _sizes(folder))


def _sizes(folder: Location) -> dict[str, int | None]:
    entries = [entry for entry in list_folder(folder) if not entry.is_folder]
    return {e.place.name: e.size for e in entries if e.place.name.endswith(".parquet")}


def _is_whole(root: Location, mark: Mark) -> bool:
    """Whether the files of a mark are there, and no other but those that later phases added."""
    for name, files in mark.tables.items():
        there = _sizes(root / files.folder)
        if name == DECIDED.name:
            there = {file: size for file, size in there.items() if file in files.sizes}
        if there != files.sizes:
            return False
    return True
