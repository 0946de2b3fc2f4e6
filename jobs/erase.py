"""Erase users and conversations from a warehouse, for good."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import job_parser, quiet_libraries, run_job
from pipelines.config_files import load_config
from pipelines.erased import gather_subjects, write_certificate

_DESCRIPTION = """Remove users and conversations from every table, file, index and report of a
warehouse, and from the history of its tables; remember them, so that no later run lets them in;
print a certificate. A text that others also sent stays theirs."""

_EPILOG = """FILE is JSON Lines (.jsonl) or CSV (.csv) of kind (user, conversation) and id; all
of it takes one pass over the tables. An id on the command line is seen in the list of processes:
prefer --list. The key comes from $CURATION_KEY, else from identity.key_file; keys before it from
identity.former_key_files. Killed, it is finished by the next start, of jobs/curate.py too.

exit codes: 0 done, also where a subject is not known; 2 bad usage or configuration; 3 there is no
warehouse; 1 anything else, another run that holds the warehouse too.

example: python jobs/erase.py --warehouse /data/curated --list requests.jsonl --out done.json"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, erase."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", metavar="W", help="directory of the tables")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="U", help="a user's id, as in the traffic")
    who.add_argument("--conversation", metavar="C", help="a conversation's id")
    who.add_argument("--list", metavar="FILE", help="many of them")
    parser.add_argument("--out", metavar="FILE", help="the certificate as JSON")
    given = parser.parse_args(arguments)
    quiet_libraries()
    config = load_config(given.config, given.overrides).with_places({"warehouse": given.warehouse})
    subjects = gather_subjects(given.user, given.conversation, given.list)

    from pipelines.night.erasure import erase  # noqa: PLC0415 only when the settings are right

    certificate = erase(config, subjects)
    print("\n".join(certificate.lines()))
    if given.out is not None:
        write_certificate(given.out, certificate.as_dict())


if __name__ == "__main__":
    run_job(main)
