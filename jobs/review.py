"""Hand the open reviews to people, and take what they have decided."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import job_parser, quiet_libraries, run_job
from pipelines.config_files import load_config
from pipelines.errors import ConfigurationError

_DESCRIPTION = """Write the samples that wait for a person to a file, or read a file in which
people have decided. A decision is heard by the next run of its night."""

_EPILOG = """An export holds redacted text alone, is readable by its owner alone, and may be
filled in and imported: sample_id, ds, status (approved, rejected; open = not decided), reviewer,
decided_at. All decisions of a file are taken in one commit; the same file again changes nothing.
Every line that is not taken is named with its reason.

exit codes: 0 written, or read, with what became of each line; 2 bad usage or configuration; 3 the
file breaks its form, and nothing of it was taken; 1 anything else, such as a run that holds the
warehouse.

example: python jobs/review.py --warehouse /data/curated --export open.csv"""

_FORMS = {".jsonl": "jsonl", ".csv": "csv", ".json": "label-studio"}


def main(arguments: Sequence[str]) -> None:
    """Parse, load, export or import."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", required=True, metavar="W", help="directory of the tables")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--export", metavar="FILE", help="write the open reviews")
    way.add_argument(
        "--import", metavar="FILE", dest="answers", help="take decisions: .jsonl or .csv"
    )
    parser.add_argument(
        "--format",
        choices=sorted(_FORMS.values()),
        help="default by the file's name: .jsonl, .csv, .json (Label Studio, export alone)",
    )
    given = parser.parse_args(arguments)
    quiet_libraries()
    # A wrong setting is said, though none is needed here
    load_config(given.config, given.overrides)
    form = _find_form(given.answers or given.export, given.format, is_export=given.export)

    # Only when the settings are right
    from pipelines.night.explaining import find_warehouse  # noqa: PLC0415
    from pipelines.night.reviewing import export_reviews, import_reviews  # noqa: PLC0415
    from pipelines.reviewing.queue import Format  # noqa: PLC0415

    root = find_warehouse(given.warehouse)
    if given.answers:
        lines = import_reviews(root, given.answers, Format(form))
    else:
        lines = export_reviews(root, given.export, Format(form))
    print("\n".join(lines))


def _find_form(file: str, asked: str | None, *, is_export: str | None) -> str:
    form = asked or _FORMS.get(Path(file).suffix.lower())
    if form is None or (not is_export and form == "label-studio"):
        known = ".jsonl, .csv or .json" if is_export else ".jsonl or .csv"
        message = f"{file}: what form it has is not known; name it {known}."
        raise ConfigurationError(message)
    return form


if __name__ == "__main__":
    run_job(main)
