"""The registry: a wrong entry is one line before any work, a right one is loaded once."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigurationError
from pipelines.models.model_places import find_files
from pipelines.models.registry import ModelSpec, find_model, load_model, read_registry


class Counting:
    """A model that records its arguments."""

    made = 0

    def __init__(
        self,
        path: Path | None = None,
        **options: Any,  # noqa: ANN401 whatever an entry says
    ) -> None:
        type(self).made += 1
        self.path, self.options = path, options


class Refusing:
    """A model whose files are missing, and says so."""

    def __init__(self) -> None:
        message = "model.bin: no such file; train it."
        raise ConfigurationError(message)


class Breaking:
    """A model that breaks on loading, quoting what it read."""

    def __init__(self, path: Path) -> None:
        message = f"secret bytes in {path}"
        raise RuntimeError(message)


def write(folder: Path, text: str) -> str:
    """Write a registry; return its path."""
    file = folder / "models.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def refuse(folder: Path, text: str) -> str:
    """Return the refusal of a registry, without the path of its file."""
    with pytest.raises(ConfigurationError, match=r".") as refused:
        read_registry(write(folder, text))
    (line,) = refused.value.faults
    return line.replace(str(folder / "models.yaml"), "FILE")


def spec(class_name: str, **changes: Any) -> ModelSpec:  # noqa: ANN401 fields of different types
    """Return an entry of one of the models above."""
    fields = {
        "name": "mine",
        "kind": "safety",
        "class_path": f"{__name__}.{class_name}",
        "path": None,
    }
    return ModelSpec(**{**fields, **changes})


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this module importable by its name, and forget what other tests loaded."""
    import sys  # noqa: PLC0415 of this fixture alone

    module = sys.modules.get(__name__) or type(sys)(__name__)
    for class_ in (Counting, Refusing, Breaking):
        setattr(module, class_.__name__, class_)
    monkeypatch.setitem(sys.modules, __name__, module)
    load_model.cache_clear()


def test_the_registry_that_ships_names_files_that_are_there() -> None:
    """A model that is not shipped would be found out at night."""
    registry = read_registry(None)

    assert {name: entry.kind for name, entry in registry.items()} == {
        "rules": "privacy",
        "ner": "privacy",
        "critical_rules": "safety",
        "fasttext_safety": "safety",
        "encoder_head": "head",
        "language": "language",
        "quality": "quality",
        "e5": "encoder",
        "minilm": "encoder",
        "char_ngrams": "encoder",
    }
    assert {name: entry.cut for name, entry in registry.items() if entry.cut} == {
        "e5": 0.97,
        "minilm": 0.95,
        "char_ngrams": 0.9,
    }
    assert [
        name
        for name, e in registry.items()
        if e.path is not None and not find_files(e.path).exists()
    ] == []


def test_a_path_is_of_the_repository_a_package_or_beside_the_file(tmp_path: Path) -> None:
    """The same registry works from any directory, and an entry finds its files on any machine."""
    paths = {
        "a": "shipped/language",
        "b": "package:yaml/x",
        "c": "own/model",
        "d": "/absolute",
        "e": None,
    }
    entries = "".join(
        f"  {name}: {{kind: safety, class: x.Y, path: {path or 'null'}}}\n"
        for name, path in paths.items()
    )
    found = {
        name: entry.path
        for name, entry in read_registry(write(tmp_path, f"models:\n{entries}")).items()
    }

    assert (found["c"], found["d"], found["e"]) == (str(tmp_path / "own/model"), "/absolute", None)
    assert (found["a"], found["b"]) == ("shipped/language", "package:yaml/x")
    assert str(find_files("shipped/language")).endswith("/pipelines/shipped/language")
    assert str(find_files("package:yaml/x")).endswith("/yaml/x")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "FILE: has no mapping `models`; write one with an entry per model."),
        ("models: [a]", "FILE: has no mapping `models`; write one with an entry per model."),
        ("models: {a: 7}", "FILE: models.a has no `class`; give identifier_rules, entity_model, "),
        (
            "models: {a: {kind: safety}}",
            "FILE: models.a has no `class`; give identifier_rules, entity_model, ",
        ),
        (
            "models: {a: {kind: safety, class: 7}}",
            "FILE: models.a has no `class`; give identifier_rules, entity_model, ",
        ),
        (
            "models: {a: {kind: safty, class: x.Y}}",
            "FILE: models.a.kind is 'safty'; must be one of privacy, safety, head, language, ",
        ),
        (
            "models: {1: {kind: [safety], class: x.Y}}",
            "FILE: models.1.kind is ['safety']; must be one of ",
        ),
        (
            "models: {a: {kind: safety, class: x.Y, path: 'package:not_there/x'}}",
            "FILE: models.a.path: the package not_there is not installed; run make setup.",
        ),
        (
            "models: {a: {kind: safety, class: x.Y, path: 'package:not.there/x'}}",
            "FILE: models.a.path: the package not.there is not installed; run make setup.",
        ),
        (
            "models: {a: {kind: safety, class: x.Y, path: 'package:'}}",
            "FILE: models.a.path: the package  is not installed; run make setup.",
        ),
        (
            "models: {a: {kind: safety, class: x.Y, since: 2026-01-31}}",
            "FILE: models.a: an option is not a plain value (",
        ),
        (
            "models: {a: {kind: encoder, class: x.Y, cut: 1.2}}",
            "FILE: models.a.cut is 1.2; must be a cosine, a number above 0 and at most 1.",
        ),
        (
            "models: {a: {kind: encoder, class: x.Y, cut: true}}",
            "FILE: models.a.cut is True; must be a cosine, ",
        ),
        (
            "models: {a: {kind: encoder, class: x.Y, cut: 0}}",
            "FILE: models.a.cut is 0; must be a cosine, ",
        ),
        (
            "models: {a: {kind: safety, class: x.Y}, a: {kind: safety, class: x.Z}}",
            "FILE: not valid YAML at line 1, column 41: the key a is repeated; keep one.",
        ),
    ],
)
def test_a_wrong_entry_is_one_line(tmp_path: Path, text: str, fault: str) -> None:
    """Found before any model is loaded, named by its entry."""
    assert refuse(tmp_path, text)[: len(fault)] == fault


def test_an_unknown_or_misplaced_model_is_reported_with_the_known_ones() -> None:
    """A language model among the safety layers would give answers that are no safety scores."""
    registry = read_registry(None)

    assert find_model(registry, "ner", "privacy") is registry["ner"]
    with pytest.raises(
        ConfigurationError,
        match=r"^models\.safety: toxic is not in the registry\. "
        r"Known safety models: critical_rules, fast",
    ):
        find_model(registry, "toxic", "safety")
    with pytest.raises(
        ConfigurationError,
        match=r"^models\.privacy: quality is a quality model\. Known privacy models: ner, rules\.$",
    ):
        find_model(registry, "quality", "privacy")


def test_a_model_is_loaded_once_with_its_path_and_options(tmp_path: Path) -> None:
    """Every batch asks; loading takes seconds. An option may be a list or a mapping."""
    options = "cuts: [1, 0.5], more: {x: null}, cut: 0.9"
    text = f"models: {{a: {{kind: safety, class: {__name__}.Counting, path: p, {options}}}}}"
    before = Counting.made

    first, second = (load_model(read_registry(write(tmp_path, text))["a"]) for _ in range(2))

    assert (first is second, Counting.made - before) == (True, 1)
    assert (first.path, first.options) == (tmp_path / "p", {"cuts": [1, 0.5], "more": {"x": None}})
    assert load_model(spec("Counting")).path is None


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (
            {"class_path": "pipelines.nothing.X"},
            r"^models\.mine\.class: pipelines\.nothing\.X cannot be imported",
        ),
        (
            {"class_path": "pipelines.models.registry.X"},
            r"^models\.mine\.class: pipelines\.models\.registry\.X cannot be imported",
        ),
        (
            {"class_path": "X"},
            r"^models\.mine\.class: X cannot be imported .*; give module\.Class, or one of ident",
        ),
        ({"class_path": f"{__name__}.Refusing"}, r"^model\.bin: no such file; train it\.$"),
        (
            {"class_path": f"{__name__}.Breaking", "path": "/m"},
            r"^models\.mine: cannot be loaded from /m \(RuntimeError\); check the files\.$",
        ),
        (
            {"class_path": f"{__name__}.Refusing", "options": '{"cut": 1}'},
            r"^models\.mine: .* \(TypeError\)",
        ),
    ],
)
def test_a_model_that_cannot_be_loaded_is_one_line(entry: dict[str, Any], fault: str) -> None:
    """What it read while it broke is not quoted; its own clear message is passed on."""
    with pytest.raises(ConfigurationError, match=fault):
        load_model(spec("Counting", **entry))
