"""Say what became of a conversation, a sample or a user, from the tables alone."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence
from functools import partial

from pipelines.cli import job_parser, quiet_libraries, read_ds, run_job
from pipelines.config_files import load_config

_DESCRIPTION = """Say what became of a conversation, a sample or a user: every phase in sentences,
with scores, cuts, rule and fingerprint, witness, side, stratum and constraints, and what would have
to differ for another outcome. Quarantined and erased ones too. No text without --show-text."""

_EPILOG = """A user is named by the raw id, which is hashed with the key as intake does it
($CURATION_KEY, or identity.key_file of the configuration) and never shown. With --show-text the
redacted prompt of what was published is shown, control characters and marks of direction spelled.

exit codes: 0 explained; 2 bad usage or configuration; 3 nothing published holds it, with what was
searched; 1 anything else.

example: python jobs/explain.py --warehouse /data/curated --conversation conv_17 --json"""

_SUBJECTS = (
    ("conversation", "ID", "conversation_id, as in the traffic"),
    ("sample", "ID", "sample_id, as in the tables"),
    ("user", "U", "user_id, as in the traffic; needs the key"),
)


def main(arguments: Sequence[str]) -> None:
    """Parse, load, explain."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", required=True, metavar="W", help="directory of the tables")
    subject = parser.add_mutually_exclusive_group(required=True)
    for kind, sign, said in _SUBJECTS:
        named = partial(_named, kind)
        subject.add_argument(f"--{kind}", dest="subject", type=named, metavar=sign, help=said)
    parser.add_argument("--ds", metavar="D", help="the night; default the newest that holds it")
    parser.add_argument("--json", action="store_true", help="the same as JSON, in printable ASCII")
    parser.add_argument("--show-text", action="store_true", help="the redacted prompts, too")
    given = parser.parse_args(arguments)
    quiet_libraries()
    config = load_config(given.config, given.overrides)
    ds = None if given.ds is None else read_ds(given.ds)

    # Only when the settings are right
    from pipelines.explanation.rendering import render_json, render_lines  # noqa: PLC0415
    from pipelines.night.explaining import (  # noqa: PLC0415
        explain_subject,
        find_warehouse,
        name_subject,
    )

    kind, name = given.subject
    root, who = find_warehouse(given.warehouse), name_subject(kind, name, config)
    account = explain_subject(root, who, ds, with_text=given.show_text)
    print(render_json(account) if given.json else "\n".join(render_lines(account)))


def _named(kind: str, name: str) -> tuple[str, str]:
    return kind, name


if __name__ == "__main__":
    run_job(main)
