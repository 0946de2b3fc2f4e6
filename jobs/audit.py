"""Check every promise of the contract on the published nights of a warehouse."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import (
    job_parser,
    quiet_libraries,
    read_former_keys,
    read_key,
    read_nights,
    run_job,
)
from pipelines.config import Identity
from pipelines.config_files import load_config
from pipelines.errors import GateError

_DESCRIPTION = """Check every promise of the contract over all nights of a warehouse, or some, from
its tables alone: rows, accounts, sides, witnesses, texts, constraints, reports, erasures. Each
finding names the invariant, the table, the night, how many rows, and five of them by their ids."""

_EPILOG = """Nothing is written, and no session is started. Of other nights the index is read
alone. docs/audit.md says what each invariant means. With the key ($CURATION_KEY, or
identity.key_file of the configuration) it is checked that nobody who was erased has a row.

exit codes: 0 clean, notices or not; 5 something is broken; 2 bad usage or configuration;
3 no warehouse, or no such night; 1 anything else, such as a night that is being published.

example: python jobs/audit.py --warehouse /data/curated --from 2026-01-01 --json"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, audit."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", required=True, metavar="W", help="directory of the tables")
    for name in ("from", "to"):
        said = f"the {'first' if name == 'from' else 'last'} night, as 2026-01-31; default all"
        parser.add_argument(f"--{name}", dest=f"ds_{name}", metavar="D", help=said)
    parser.add_argument("--json", action="store_true", help="the same as JSON, in printable ASCII")
    given = parser.parse_args(arguments)
    quiet_libraries()
    config = load_config(given.config, given.overrides)
    first, last = read_nights(given.ds_from, given.ds_to)

    # Only when the settings are right
    from pipelines.auditing.report import render_json, render_lines  # noqa: PLC0415
    from pipelines.night.auditing import audit_warehouse  # noqa: PLC0415
    from pipelines.night.explaining import find_warehouse  # noqa: PLC0415

    root = find_warehouse(given.warehouse)
    report = audit_warehouse(root, first, last, _read_keys(config.identity))
    print(render_json(report) if given.json else "\n".join(render_lines(report)))
    if not report.is_clean:
        raise GateError(report.summary())


def _read_keys(identity: Identity) -> list[bytes]:
    """Return the keys of today and before; none where none is given: what needs one is not made."""
    if identity.key_file is None and not os.environ.get("CURATION_KEY", "").strip():
        return []
    return [read_key(identity.key_file), *read_former_keys(identity.former_key_files)]


if __name__ == "__main__":
    run_job(main)
