"""Read the registry of models and load them by name, once per process."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.models.model_places import find_files, portable_place
from pipelines.places import SHIPPED
from pipelines.settings import CONF, read_yaml

_KINDS = ("privacy", "safety", "head", "language", "quality", "encoder")
_CLASSES = SHIPPED / "classes.yaml"
_TAGGER = "tagger"  # an option that is a place too


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """An entry of the registry: everything a worker needs to load the model."""

    name: str
    kind: str
    class_path: str
    path: str | None
    """Where its files are, as `portable_place` says it: a worker finds them on its own machine."""
    options: str = "{}"
    """Further arguments of the class, as JSON: entries must be hashable, options may be lists."""
    cut: float | None = None
    """Of an encoder: the cosine from which two vectors are near-duplicates; None = not declared."""


def read_registry(registry: str | None) -> dict[str, ModelSpec]:
    """Return the entries of a registry file; None = conf/models.yaml.

    Raises:
        ConfigurationError: an entry is malformed; the message names the entry and the remedy.
    """
    file = Path(registry) if registry is not None else CONF / "models.yaml"
    entries = read_yaml(file).get("models")
    if not isinstance(entries, dict) or not entries:
        message = f"{file}: has no mapping `models`; write one with an entry per model."
        raise ConfigurationError(message)
    return {str(name): _read_entry(str(name), entry, file) for name, entry in entries.items()}


def _read_entry(name: str, entry: object, file: Path) -> ModelSpec:
    if not isinstance(entry, dict) or not isinstance(entry.get("class"), str):
        message = (
            f"{file}: models.{name} has no `class`; give {', '.join(_short_names())}, or "
            "module.Class."
        )
        raise ConfigurationError(message)
    if entry.get("kind") not in _KINDS:
        message = (
            f"{file}: models.{name}.kind is {entry.get('kind')!r}; must be one of "
            f"{', '.join(_KINDS)}."
        )
        raise ConfigurationError(message)
    path = entry.get("path")
    options = {str(k): v for k, v in entry.items() if k not in {"kind", "class", "path", "cut"}}
    cut = _read_cut(name, entry.get("cut"), file)
    place = None if path is None else _read_place(name, "path", str(path), file)
    if options.get(_TAGGER) is not None:
        options[_TAGGER] = _read_place(name, _TAGGER, str(options[_TAGGER]), file)
    class_path = _short_names().get(entry["class"]) or str(entry["class"])
    return ModelSpec(name, entry["kind"], class_path, place, _as_json(name, options, file), cut)


def _read_place(name: str, key: str, path: str, file: Path) -> str:
    try:
        place = portable_place(path, file.parent)
        find_files(place)
    except ConfigurationError as error:
        message = f"{file}: models.{name}.{key}: {error}"
        raise ConfigurationError(message) from None
    return place


@cache
def _short_names() -> dict[str, str]:
    """Return short name → import path of the classes that ship with the code."""
    return {str(name): str(path) for name, path in read_yaml(_CLASSES).items()}


def _read_cut(name: str, cut: object, file: Path) -> float | None:
    if cut is None:
        return None
    if isinstance(cut, bool) or not isinstance(cut, int | float) or not 0 < cut <= 1:
        message = (
            f"{file}: models.{name}.cut is {cut!r}; must be a cosine, a number above 0 and at most "
            "1."
        )
        raise ConfigurationError(message)
    return float(cut)


def _as_json(name: str, options: dict[str, Any], file: Path) -> str:
    try:
        return json.dumps(options, sort_keys=True)
    except (TypeError, ValueError) as error:  # a date, a set, a key that is not text
        message = (
            f"{file}: models.{name}: an option is not a plain value ({error}); put it in quotes."
        )
        raise ConfigurationError(message) from None


def find_model(
    registry: dict[str, ModelSpec], name: str, kind: str, setting: str | None = None
) -> ModelSpec:
    """Return the entry of a name.

    Args:
        registry: from `read_registry`.
        name: of the entry.
        kind: that the entry must have.
        setting: the key under `models` with the name, for messages; None = the same as the kind.

    Raises:
        ConfigurationError: there is no such entry, or it has another kind.
    """
    spec = registry.get(name)
    if spec is None or spec.kind != kind:
        known = ", ".join(sorted(n for n, s in registry.items() if s.kind == kind))
        said = "is not in the registry" if spec is None else f"is a {spec.kind} model"
        message = f"models.{setting or kind}: {name} {said}. Known {kind} models: {known}."
        raise ConfigurationError(message)
    return spec


@lru_cache(maxsize=32)
def load_model(spec: ModelSpec) -> Any:  # noqa: ANN401 each kind has its own protocol
    """Return the model of an entry, loaded once per process.

    Raises:
        ConfigurationError: its class or one of its files is missing or broken.
    """
    module, _, name = spec.class_path.rpartition(".")
    try:
        class_ = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        message = (
            f"models.{spec.name}.class: {spec.class_path} cannot be imported ({error}); give "
            f"module.Class, or one of {', '.join(_short_names())}."
        )
        raise ConfigurationError(message) from error
    arguments = json.loads(spec.options)
    if spec.path is not None:
        arguments["path"] = find_files(spec.path)
    try:
        return class_(**arguments)
    except ConfigurationError:
        raise
    except Exception as error:
        fault = type(error).__name__
        message = (
            f"models.{spec.name}: cannot be loaded from {spec.path} ({fault}); check the files."
        )
        raise ConfigurationError(message) from error
