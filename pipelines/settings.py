"""The base of every configuration section, and the YAML files they are read from."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from pipelines.errors import ConfigurationError
from pipelines.places import CONF, FETCHED, SETUP
from pipelines.word_files import UniqueKeys

__all__ = ["CONF", "DEFAULT_ENCODER", "FETCHED", "SETUP", "Section", "read_yaml"]

DEFAULT_ENCODER = FETCHED / "multilingual_e5_small"
"""The default encoder."""


class Section(BaseModel):
    """A part of the configuration: frozen, strict, an unknown key is an error.

    Every field has a default, its unit and range beside it. A kernel takes the section it
    needs, never the whole configuration.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class _OnceLoader(UniqueKeys, yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """The loader written in Python: its errors say what a person can act on."""

    remedy = "keep one"


def read_yaml(file: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds; an empty file is an empty mapping."""
    try:
        values = yaml.load(file.read_text(encoding="utf-8"), _OnceLoader)  # noqa: S506 a SafeLoader
    except FileNotFoundError:
        message = f"{file}: no such file. Give the path of a YAML file."
        raise ConfigurationError(message) from None
    except (OSError, UnicodeDecodeError) as error:
        message = (
            f"{file}: cannot be read ({type(error).__name__}). Give the path of a YAML text file."
        )
        raise ConfigurationError(message) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        message = f"{file}: not valid YAML at {place}: {getattr(error, 'problem', 'syntax error')}."
        raise ConfigurationError(message) from None
    except (
        ValueError,
        RecursionError,
    ) as error:  # a date such as 2026-13-45; lists in lists without end
        message = (
            f"{file}: holds a value that YAML cannot read ({error}); correct it or put it in "
            "quotes."
        )
        raise ConfigurationError(message) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        message = f"{file}: holds a {type(values).__name__}, must be a mapping of settings."
        raise ConfigurationError(message)
    return values
