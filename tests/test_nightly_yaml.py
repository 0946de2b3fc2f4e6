"""conf/nightly.yaml lists all settings: it shows each one with its default in the code."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.config import RunConfig
from pipelines.config_files import load_config
from pipelines.settings import CONF, Section, read_yaml

FILE = CONF / "nightly.yaml"
# Keys that the file sets to another value than the code's default, each with its reason. There is
# none.
ON_PURPOSE: dict[str, str] = {}


def walk(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Return every leaf below a section or mapping, by its key; an empty mapping is a leaf."""
    below = dict(value) if isinstance(value, Section | Mapping) else {}
    if not below:
        yield key, list(value) if isinstance(value, tuple) else value
    for name, part in below.items():
        yield from walk(part, f"{key}.{name}" if key else name)


def without_blocks(config: RunConfig) -> dict[str, Any]:
    """Return the sections; of a sampling block the user's keys, as most keys are optional."""
    return dict(config) | {"sampling": config.sampling.as_written()}


SHOWN = dict(walk(read_yaml(FILE)))
DEFAULTS = dict(walk(without_blocks(RunConfig())))


def test_every_setting_is_in_the_file() -> None:
    """Who looks for a setting looks there; the most political ones were in the code alone."""
    assert sorted(DEFAULTS.keys() - SHOWN.keys()) == []


def test_nothing_else_is_in_the_file() -> None:
    """A key that is no setting would be an error at night."""
    assert sorted(SHOWN.keys() - DEFAULTS.keys()) == []


def test_the_file_shows_the_defaults() -> None:
    """Its first line promises that a key left out has the default shown there."""
    differing = {key for key, value in SHOWN.items() if key in DEFAULTS and value != DEFAULTS[key]}

    assert sorted(differing) == sorted(ON_PURPOSE)
    assert ON_PURPOSE or load_config(None, []) == RunConfig()


def test_a_number_has_its_unit_and_range_beside_it() -> None:
    """Each number has a comment with its unit and direction."""
    bare = re.compile(r"  \w+: +[-\d.]+ *")

    assert [
        line for line in FILE.read_text(encoding="utf-8").splitlines() if bare.fullmatch(line)
    ] == []
