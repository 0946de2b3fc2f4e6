"""What lies beside the tables: answers that are kept for a re-run, staged files, reports."""

import polars as pl

from pipelines.erased import ErasedSubjects
from pipelines.lake import newest_commit, scan_parquet, scan_table
from pipelines.night.facts_cache import FACTS_FOLDER, WHOLE
from pipelines.night.report_facts import gather_facts
from pipelines.night.report_files import has_report, remove_report, write_report
from pipelines.publishing.erasure import key_of_row, with_subjects
from pipelines.stores.files import (
    list_folder,
    list_parquet,
    read_rows,
    remove_folder,
    write_bytes,
    write_rows,
)
from pipelines.stores.location import Location
from schemas.ledger import RUNS

_ANEW = "-erased"


def clean_facts(root: Location, erased: ErasedSubjects) -> int:
    """Remove the subjects' rows from the facts that are kept; return how many there were.

    A folder is written anew beside the old one, which goes when the new one is whole: a reader
    takes one folder, and whoever was killed in between does it again.
    """
    removed = 0
    for night in list_folder(root / FACTS_FOLDER):
        for run in list_folder(night.place):
            if not any(entry.place.name == WHOLE for entry in list_folder(run.place)):
                remove_folder(run.place)  # of a run that was killed; nobody reads it
                continue
            theirs = {file: _theirs(file, erased) for file in list_parquet(run.place)}
            rows = sum(int(mask.sum()) for mask in theirs.values())
            if rows:
                removed += rows
                _rewrite(run.place, theirs)
    return removed


def _theirs(file: Location, erased: ErasedSubjects) -> pl.Series:
    """Say of each row of a file of facts whether it is a subject's."""
    own = pl.coalesce("user_key", key_of_row(pl.col("quarantined")))
    rows = scan_parquet([file]).select("conversation_id", user_key=own).collect()
    return with_subjects(rows.lazy(), erased).collect()["subject_key"].is_not_null()


def _rewrite(folder: Location, theirs: dict[Location, pl.Series]) -> None:
    anew = folder.parent / f"{folder.name.removesuffix(_ANEW)}{_ANEW}"
    # The folder of an erasure before: its own name would be read while it is written.
    anew = anew if anew != folder else folder.parent / f"{folder.name}{_ANEW}"
    remove_folder(anew)
    for file, mask in theirs.items():
        left = read_rows(file).filter((~mask).to_arrow())
        write_rows(left, anew / file.name)
    write_bytes(anew / WHOLE, b"")
    remove_folder(folder)


def remove_reports(root: Location, nights: list[str]) -> None:
    """Remove the reports of nights; a night without one gets it anew, whoever comes."""
    for ds in nights:
        remove_report(root, ds)


def renew_reports(root: Location) -> list[str]:
    """Write the report of each published night that has none; return these nights."""
    if newest_commit(root / RUNS.name) is None:
        return []
    missing = [ds for ds in _published(root) if not has_report(root, ds)]
    for ds in missing:
        write_report(gather_facts(root, ds), root, None)
    return missing


def _published(root: Location) -> list[str]:
    runs = scan_table(root, RUNS).filter(pl.col("status") == "published")
    return runs.select("ds").unique().sort("ds").collect()["ds"].to_list()
