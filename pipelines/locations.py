"""Places as people name them: a path is the folder of exactly that name."""

import re
from collections.abc import Mapping
from pathlib import Path

from pipelines.errors import ConfigurationError

_GLOB = re.compile(r"([\\*?\[\]{}])")
_NOT_OURS = re.compile(r"[\\`\x00-\x1f\x7f]|%[0-9A-Fa-f]{2}")


def as_local(place: str) -> Path | None:
    """Return the absolute path of a place on a disk; None for a store or a table's name."""
    text = without_scheme(place)
    if text == place and ("://" in place or not is_path(place)):
        return None
    return Path(text).absolute()


def without_scheme(place: str) -> str:
    """Return a place without `file:` before it; other schemes stay."""
    return place.removeprefix("file://").removeprefix("file:")


def is_path(place: str) -> bool:
    """Whether a place is a path; a name has neither slash nor scheme and no file is there."""
    return "/" in place or ":" in place or Path(place).exists()


def for_spark(path: Path | str) -> str:
    r"""Return a path as Spark's readers take it, with `*` and `[` escaped.

    >>> for_spark("/data/a*b")
    '/data/a\\*b'
    """
    return _GLOB.sub(r"\\\1", str(path))


def require_apart(inputs: Mapping[str, str | None], outputs: Mapping[str, object]) -> None:
    """Refuse a folder that is written to where it is, holds, or lies in one that is read.

    Args:
        inputs: setting → place that is read; None = none.
        outputs: setting → place that is written, a path or a location.

    Raises:
        ConfigurationError: one line for each pair.
    """
    faults = []
    for name, place in inputs.items():
        for own, out in outputs.items():
            if place is None:
                continue
            one, other = _resolved(place), _resolved(str(out))
            if one == other or one in other.parents or other in one.parents:
                how = "are one folder" if one == other else "lie one in the other"
                faults.append(
                    f"{own} {out} and {name} {place} {how}: what is written would be read as "
                    f"input. Give {own} a folder of its own."
                )
    if faults:
        raise ConfigurationError(*faults)


def _resolved(place: str) -> Path:
    """Return a place as a path to compare; a store's has its scheme first, a table's a name."""
    local = as_local(place)
    if local is not None:
        return local.resolve()
    scheme, found, rest = place.partition("://")
    return Path(f"{'s3a' if scheme == 's3' else scheme}:/{rest}" if found else place)


def require_writable_name(place: str, name: str) -> None:
    """Refuse a folder to write to whose name Delta's readers take for another one.

    Raises:
        ConfigurationError: it holds a backslash, a backtick, a control character or a sign in code
            (`%20`).
    """
    if _NOT_OURS.search(place):
        message = (
            f"{name}: {place!r} holds a backslash, a backtick, a control character or a sign in "
            "code such as %20, which the readers of Delta tables take for something else; give a "
            "folder without them."
        )
        raise ConfigurationError(message)
