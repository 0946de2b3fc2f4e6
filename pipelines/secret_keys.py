"""Keys of a configuration that look like credentials: none is a setting, and none is allowed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.errors import ConfigurationError

_SECRET = re.compile(
    r"secret|passw|credential|(access|account|private|api)[._-]?key|"
    r"(session|sas|bearer|auth)[._-]?token",
    re.IGNORECASE,
)
# Here a key may be a value of a dimension, which is any word.
_FREE = ("sampling", "evaluation")


def refuse_secrets(values: Mapping[str, Any], source: str, overrides: Sequence[str] = ()) -> None:
    """Refuse a configuration that holds what looks like a credential; its value is not shown.

    Args:
        values: of the file.
        source: names it in errors.
        overrides: as given to `--set`.

    Raises:
        ConfigurationError: one line per key.
    """
    found = [(source, key) for key in _keys(values) if _SECRET.search(key)]
    given = [override.partition("=")[0].strip() for override in overrides]
    found += [("--set", key) for key in given if _SECRET.search(key)]
    if found:
        raise ConfigurationError(
            *(
                f"{where}: {key} looks like a credential, and a configuration holds none: every "
                "run writes it into `runs`. Take it out and give it in the environment "
                "(docs/stores.md)."
                for where, key in found
            )
        )


def _keys(values: Mapping[Any, Any], above: str = "") -> Iterator[str]:
    for key, value in values.items():
        name = f"{above}{key}"
        yield name
        if isinstance(value, Mapping) and name not in _FREE:
            yield from _keys(value, f"{name}.")
