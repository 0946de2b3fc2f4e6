"""Word lists, phrases and grammars in files next to their reader, each read once."""

from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml


class UniqueKeys:
    """Mixed into a YAML loader: refuse a repeated key, as its first value would be lost unseen."""

    remedy = "join the two"

    def construct_mapping(
        self,
        node: Any,  # noqa: ANN401 PyYAML's own signature
        deep: bool = False,  # noqa: FBT001, FBT002 as above
    ) -> dict[Hashable, Any]:
        """Return the mapping of a node whose keys all differ."""
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                problem = f"the key {key.value} is repeated; {self.remedy}"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value)
        # It is the loader's method.
        read: dict[Hashable, Any] = super().construct_mapping(node, deep)  # type: ignore[misc]
        return read


class UniqueKeyLoader(
    UniqueKeys,
    getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # type: ignore[misc]  # no types
):
    """Safe YAML, read quickly; a repeated key is an error."""


@cache
def read_word_file(file: Path) -> Mapping[str, Any]:
    """Return the mapping that a YAML file holds, its lists as tuples.

    Raises:
        yaml.YAMLError: the file is no YAML, or repeats a key.
    """
    text = file.read_text(encoding="utf-8")
    loaded = yaml.load(text, UniqueKeyLoader)  # noqa: S506 reason: a safe loader
    read: Mapping[str, Any] = _freeze(loaded)
    return read


@cache
def read_lines(file: Path) -> tuple[str, ...]:
    """Return the lines of a text file, without empty ones and comments (`#` comes first)."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))


def _freeze(value: Any) -> Any:  # noqa: ANN401 reason: whatever a file holds
    if isinstance(value, dict):
        return MappingProxyType({key: _freeze(one) for key, one in value.items()})
    return tuple(map(_freeze, value)) if isinstance(value, list) else value
