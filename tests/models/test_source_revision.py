"""A model's revision depends on all code and data that decide its answers, and nothing else."""

import ast
import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from pipelines.filtering.language.identifier import LanguageIdentifier
from pipelines.filtering.privacy.entities import EntityModel
from pipelines.filtering.privacy.rules import IdentifierRules
from pipelines.filtering.quality import QualityScorer
from pipelines.filtering.safety.critical_rules import CriticalRules
from pipelines.filtering.safety.encoder_head import EncoderHead
from pipelines.filtering.safety.fasttext_layer import FastTextSafety
from pipelines.isolation import ROOT
from pipelines.models import source_revision
from pipelines.models.source_revision import fingerprint_sources
from pipelines.places import SHIPPED

MODELS = (
    "pipelines.filtering.privacy.rules",
    "pipelines.filtering.privacy.entities",
    "pipelines.filtering.safety.critical_rules",
    "pipelines.filtering.safety.fasttext_layer",
    "pipelines.filtering.safety.encoder_head",
    "pipelines.filtering.safety.detoxify_layer",
    "pipelines.filtering.language.identifier",
    "pipelines.filtering.quality",
)
ROOMS = ("pipelines.filtering.", "pipelines.models.")
# What a model's module imports though it decides no answer, each with its reason.
EXCEPT = {
    "pipelines.models.source_revision": "names revisions, answers nothing",
    "pipelines.models.encoder": "has a revision of its own; the head names whose states it reads",
}


def find_file(module: str) -> Path | None:
    """Return the source of a module of ours; None where the name is none."""
    place = Path(ROOT, *module.split("."))
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((file for file in files if file.is_file()), None)


def imports_of(module: str) -> Iterator[str]:
    """Yield the modules of the two rooms that a module imports, wherever in its text it does."""
    file = find_file(module)
    assert file is not None, module
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        yield from (
            name for name in names if name.startswith(ROOMS) and find_file(name) is not None
        )


def reach(module: str) -> set[str]:
    """Return a module and all that it imports, directly or not, without the exceptions' imports."""
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in reached and name not in EXCEPT:
            reached.add(name)
            waiting += imports_of(name)
    return reached


def sources_of(module: str) -> Sequence[str | Path]:
    """Return the list that a model's module keeps."""
    return cast("Sequence[str | Path]", importlib.import_module(module).SOURCES)


@pytest.mark.parametrize("model", MODELS)
def test_no_module_that_a_model_imports_is_forgotten(model: str) -> None:
    """Kept answers are found by revision: those of old code would be taken for those of the new."""
    packages = {
        "pipelines.filtering.privacy",
        "pipelines.filtering.safety",
        "pipelines.filtering.language",
    }

    assert sorted(reach(model) - packages - set(sources_of(model))) == []


def test_what_is_joined_over_messages_is_an_answer_of_the_rules() -> None:
    """`filtering/facts.py` stores it beside theirs, under their revision."""
    joined = reach("pipelines.filtering.privacy.across")

    assert sorted(joined - {"pipelines.filtering.privacy"} - set(sources_of(MODELS[0]))) == []


def test_no_exception_is_left_over() -> None:
    """An exception that nothing needs would hide the next module of that name."""
    needed = {name for model in MODELS for module in reach(model) for name in imports_of(module)}

    assert sorted(set(EXCEPT) - needed) == []


@pytest.mark.parametrize("model", MODELS)
def test_each_source_changes_the_digest(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is listed but not read would have no effect on the revision."""
    files = {file for source in sources_of(model) for _, file in source_revision._files_of(source)}
    read = source_revision._read
    digests = {fingerprint_sources(*sources_of(model))}
    for edited in sorted(files):
        monkeypatch.setattr(
            source_revision,
            "_read",
            lambda file, at=edited: read(file) + (b"#" if file == at else b""),
        )
        digests.add(fingerprint_sources(*sources_of(model)))

    assert len(digests) == len(files) + 1


LOADED: dict[str, Callable[[], object]] = {
    "pipelines.filtering.privacy.fiction": lambda: EntityModel(SHIPPED / "privacy_ner"),
    "pipelines.models.fast_ner": lambda: EntityModel(SHIPPED / "privacy_ner"),
    "pipelines.filtering.privacy.checksums": IdentifierRules,
    "pipelines.filtering.safety.harm_search": CriticalRules,
    "pipelines.filtering.language.greetings": LanguageIdentifier,
    "pipelines.filtering.quality": QualityScorer,
    "pipelines.models.fasttext_file": FastTextSafety,
    "pipelines.models.head_network": EncoderHead,
}


@pytest.mark.parametrize("source", LOADED)
def test_a_models_revision_changes_with_a_source(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each model has to put the digest of its sources into its revision."""
    file = find_file(source)
    read = source_revision._read
    before = LOADED[source]()
    monkeypatch.setattr(
        source_revision, "_read", lambda at: read(at) + (b"#" if at == file else b"")
    )
    after = LOADED[source]()
    monkeypatch.setattr(source_revision, "_read", read)

    revisions = [getattr(model, "revision", None) for model in (before, after, LOADED[source]())]
    assert revisions[0] == revisions[2] != revisions[1]


def test_neither_order_nor_place_matters(tmp_path: Path) -> None:
    """The same code has the same revision in a wheel, in a checkout and on another machine."""
    for name in ("here", "there"):
        (tmp_path / name / "lists").mkdir(parents=True)
        (tmp_path / name / "lists" / "a.txt").write_text("a")
        (tmp_path / name / "b.yaml").write_text("b")
        (tmp_path / name / "lists" / "README.md").write_text(f"a note of {name}")
    places: list[list[str | Path]] = [
        [tmp_path / name / "lists", tmp_path / name / "b.yaml", "pipelines.models.cpu"]
        for name in ("here", "there")
    ]

    assert fingerprint_sources(*places[0]) == fingerprint_sources(*reversed(places[1]))


def test_a_name_in_the_list_must_be_a_modules() -> None:
    """A misspelt name would silently leave a module out."""
    with pytest.raises(FileNotFoundError, match=r"fictoin\.py"):
        fingerprint_sources("pipelines.filtering.privacy.fictoin")
