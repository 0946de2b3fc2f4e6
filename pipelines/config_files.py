"""Read the configuration: a YAML file, `--set` on top, errors that name place and remedy."""

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.config import RunConfig
from pipelines.errors import ConfigurationError
from pipelines.sampling.constraints import SamplingBlock, parse_block
from pipelines.secret_keys import refuse_secrets
from pipelines.settings import CONF, Section, read_yaml

# At the start of a message about two settings
_KEY = re.compile(r"[a-z_]+(?:\.\w{1,64}|\[\d{1,9}\]){1,9}")


_SHOWN_CHARS = 80  # a longer value would bury the message


_S = TypeVar("_S", bound=Section)


class Option(NamedTuple):
    """An option of a job that sets a setting: the option, the setting's key, the text given."""

    name: str
    key: str
    text: str


def load_config(
    path: str | None, overrides: Sequence[str], options: Sequence[Option] = ()
) -> RunConfig:
    """Return the configuration of a file; `key.path=value` overrides replace it, options those.

    Args:
        path: of a YAML file; None = conf/nightly.yaml.
        overrides: as given to `--set`; values are YAML.
        options: of the job, such as `--retain` for pruning.retain.

    Raises:
        ConfigurationError: one line per fault: where the value came from, what, remedy.
    """
    file = Path(path) if path is not None else CONF / "nightly.yaml"
    values = read_yaml(file)
    refuse_secrets(values, path if path is not None else "conf/nightly.yaml", overrides)
    given: dict[str, str] = {}
    for override in overrides:
        key = _split(override)[0]
        _apply(values, key, _split(override)[1], f"--set {override}")
        given[key] = f"--set {key}"
    for option in options:
        _apply(values, option.key, option.text, f"{option.name} {option.text}")
        given[option.key] = option.name
    return parse_section(
        RunConfig, values, path if path is not None else "conf/nightly.yaml", given
    )


def load_block(path: str) -> SamplingBlock:
    """Return the block `sampling:` of a YAML file.

    Raises:
        ConfigurationError: no such file or block, or a fault in it, named by position.
    """
    values = read_yaml(Path(path))
    if "sampling" not in values:
        message = (
            f"{path}: has no block `sampling`; write size, seed and constraints below that key."
        )
        raise ConfigurationError(message)
    try:
        return parse_block(values["sampling"])
    except ConfigurationError as error:
        raise ConfigurationError(*(f"{path}: {fault}" for fault in error.faults)) from error


def parse_section(
    section: type[_S],
    values: Mapping[str, Any],
    source: str,
    given: Mapping[str, str] | None = None,
) -> _S:
    """Return a section from plain values.

    Args:
        section: what they are settings of.
        values: as YAML has them.
        source: names them in errors.
        given: key → where its value came from, for those that came from elsewhere.

    Raises:
        ConfigurationError: one line per fault.
    """
    try:
        # JSON mode: strict about types, yet a YAML list may become a tuple.
        return section.model_validate_json(json.dumps(values, default=str))
    except ValidationError as error:
        origin = _Origin(source, given or {})
        faults = dict.fromkeys(
            line
            for fault in error.errors()
            for line in _explain(section, fault, origin).splitlines()
        )
        raise ConfigurationError(*faults) from None
    except (TypeError, ValueError) as error:
        message = (
            f"{source}: holds what is no plain value ({error}); write texts, numbers, lists, "
            "mappings."
        )
        raise ConfigurationError(message) from None


class _Origin(NamedTuple):
    """Where values came from: a file, and of some keys an option of the command line."""

    source: str
    given: Mapping[str, str]

    def of(self, key: str) -> str:
        """Return where a key's value came from; for a section, all sources that contributed."""
        key = key.replace("[", ".").replace("]", "")
        own = [
            said for name, said in self.given.items() if key == name or key.startswith(f"{name}.")
        ]
        if own:
            return own[-1]
        below = [said for name, said in self.given.items() if not key or name.startswith(f"{key}.")]
        return f"{self.source} with {', '.join(dict.fromkeys(below))}" if below else self.source


def _split(override: str) -> tuple[str, str]:
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        message = f"--set {override}: must be key.path=value, as in --set pruning.retain=0.8."
        raise ConfigurationError(message)
    return key.strip(), text


def _apply(values: dict[str, Any], key: str, text: str, said: str) -> None:
    """Put a value that the command line gave in its place; `said` is what was typed."""
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: a date such as 2026-13-45
        message = f"{said}: the value is not valid YAML; quote it."
        raise ConfigurationError(message) from None
    *parents, last = key.split(".")
    place: Any = values
    for name in parents:
        place = _step(place, name, said)
    if isinstance(place, list):
        _check_index(place, last, said)
        place[int(last)] = value
    elif isinstance(place, dict):
        place[last] = value
    else:
        message = f"{said}: {'.'.join(parents)} is a value, not a section."
        raise ConfigurationError(message)


def _step(place: Any, name: str, said: str) -> Any:  # noqa: ANN401 plain YAML values
    if isinstance(place, list):
        _check_index(place, name, said)
        return place[int(name)]
    if not isinstance(place, dict):
        message = f"{said}: nothing is below {name}; check the key."
        raise ConfigurationError(message)
    if place.get(name) is None:
        place[name] = {}
    return place[name]


def _check_index(place: Sequence[Any], name: str, said: str) -> None:
    if not name.isdecimal() or int(name) >= len(place):
        message = f"{said}: {name} is no position of a list of {len(place)}; count from 0."
        raise ConfigurationError(message)


def _explain(section: type[BaseModel], fault: Mapping[str, Any], origin: _Origin) -> str:
    location = fault["loc"]
    key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location).removeprefix(".")
    source = origin.of(key)
    if fault["type"] == "extra_forbidden":
        known = _known_keys(section, location[:-1])
        prefix = key[: len(key) - len(str(location[-1]))]
        near = get_close_matches(str(location[-1]), known, n=1)
        hint = f" Did you mean {prefix}{near[0]}?" if near else ""
        return f"{source}: {key} is not a setting.{hint} Known here: {', '.join(known)}."
    if fault["type"] == "missing":
        return f"{source}: {key} is missing; it has no default."
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not key:  # a check of several settings, which names them itself
        lines = message.split("\n")
        starts = [_KEY.match(line) for line in lines]
        return "\n".join(
            f"{origin.of(start[0] if start else '')}: {line}."
            for line, start in zip(lines, starts, strict=True)
        )
    if message.startswith("is "):  # a check of ours that names the value itself
        return f"{source}: {key} {message}."
    is_bare = fault["type"] == "string_type" and isinstance(fault["input"], bool)
    value = json.dumps(fault["input"], default=str)
    buries = isinstance(fault["input"], dict) or len(value) > _SHOWN_CHARS
    shown = "" if buries else f" is {value}"
    hint = (
        "; YAML reads a bare no, off, yes or on as false or true: write it in quotes"
        if is_bare
        else ""
    )
    return f"{source}: {key}{shown}: {message[:1].lower()}{message[1:]}{hint}."


def _known_keys(section: type[BaseModel], location: Sequence[Any]) -> list[str]:
    model: type[BaseModel] | None = section
    for part in location:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(str(part))
        model = _section_in(field.annotation) if field is not None else model
    if model is None:
        return []
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _section_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 a type annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _section_in(part))), None)
