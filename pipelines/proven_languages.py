"""The languages in which the safety layers are shown to find harm and to pass harmless talk."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

_COVERAGE = Path(__file__).with_name("proven_languages.yaml")


@cache
def proven_languages() -> tuple[str, ...]:
    """Return the languages (ISO 639-1) in which safety was seen to find harm, in the file's order.

    One that is written in two scripts (`hi`, `hi-Latn`) is proven where both are; one whose figures
    are missing is not.
    """
    table = yaml.safe_load(_COVERAGE.read_text(encoding="utf-8"))
    least = {"harm_found": table["harm_found_from"], "clean_passed": table["clean_passed_from"]}
    failing = {
        code.partition("-")[0]
        for code, measured in table["languages"].items()
        if any(
            (measured or {}).get(name) is None or measured[name] < share
            for name, share in least.items()
        )
    }
    known = dict.fromkeys(code.partition("-")[0] for code in table["languages"])
    return tuple(code for code in known if code not in failing)


def find_unproven(served: Sequence[str]) -> tuple[str, ...]:
    """Return those of the languages in which the safety layers are not shown to find harm."""
    proven = proven_languages()
    return tuple(code for code in served if code not in proven)
