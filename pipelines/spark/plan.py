"""What a run will do, settled and checked before any work: night, key, models, code version."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which

from pipelines.cli import read_ds, read_key, require
from pipelines.config import RunConfig, parse_section
from pipelines.diversity.jobs_to_be_done import JobTaxonomy
from pipelines.errors import ConfigurationError, InputError
from pipelines.models import ModelSpec, find_model, load_model, read_registry
from pipelines.settings import CONF, read_yaml
from pipelines.spark.staging import local_root
from pipelines.spark.text_pass import TextPass

_PACKAGE = "conversation-curation"


@dataclass(frozen=True, slots=True)
class Plan:
    """A night's run, settled.

    Args:
        config: as loaded.
        ds: the night.
        traffic, scores: where the inputs are; scores may be None.
        root: the warehouse.
        key: of user_key.
        specs: registry entry per name, of all models that answer.
        taxonomy: the jobs to be done.
        code_version: of this code.
    """

    config: RunConfig
    ds: str
    traffic: str
    scores: str | None
    root: Path
    key: bytes
    specs: Mapping[str, ModelSpec]
    taxonomy: JobTaxonomy
    code_version: str

    @property
    def encoder(self) -> ModelSpec:
        """The entry of the encoder."""
        return self.specs[self.config.models.encoder]

    @property
    def heads(self) -> tuple[ModelSpec, ...]:
        """The entries of the layers that read the encoder's pass."""
        return tuple(self.specs[name] for name in self.config.models.heads)

    def text_pass(self) -> TextPass:
        """Return what the pass over raw text needs."""
        models = self.config.models
        return TextPass(
            privacy=[self.specs[name] for name in models.privacy],
            safety=[self.specs[name] for name in models.safety],
            language=self.specs[models.language],
            quality=self.specs[models.quality],
            rescan=models.rescan,
            intake=self.config.intake,
            key=self.key,
            seconds_per_text=models.seconds_per_text,
            limits=self.config.privacy,
        )

    def revisions(self) -> dict[str, str]:
        """Return the revision of every model, loading each: a broken file stops the run here."""
        models = {name: str(load_model(spec).revision) for name, spec in sorted(self.specs.items())}
        check_heads(self.encoder, self.heads)
        return {**models, "jobs_to_be_done": self.taxonomy.revision}


def check_heads(encoder: ModelSpec, heads: Sequence[ModelSpec]) -> None:
    """Refuse a head that was trained on another encoder: it would answer, and mean nothing.

    Raises:
        ConfigurationError: names head, encoder and remedy.
    """
    for head in heads:
        trained_on = load_model(head).trained_on
        if not load_model(encoder).revision.startswith(trained_on):
            message = (
                f"models.heads: {head.name} was trained on the encoder {trained_on}, not on {encoder.name};"
                " train one for it, or set models.heads to [] and take it out of safety.required."
            )
            raise ConfigurationError(message)


def read_taxonomy(file: str | None) -> JobTaxonomy:
    """Return the jobs to be done of a YAML file; None = conf/jtbd.yaml."""
    place = Path(file) if file is not None else CONF / "jtbd.yaml"
    return parse_section(JobTaxonomy, read_yaml(place), str(place))


def make_plan(config: RunConfig) -> Plan:
    """Settle a run from its configuration.

    Raises:
        ConfigurationError: something is missing or wrong; nothing has been read or loaded yet.
    """
    ds = read_ds(config.ds)
    traffic = require(config.traffic, "traffic", "--traffic")
    for name, place in (("traffic", traffic), ("scores", config.scores)):
        require_place(place, name)
    root = local_root(require(config.warehouse, "warehouse", "--warehouse"))
    specs = _find_specs(config)
    _check_models(config)
    return Plan(
        config=config,
        ds=ds,
        traffic=traffic,
        scores=config.scores,
        root=root,
        key=read_key(config.identity.key_file),
        specs=specs,
        taxonomy=read_taxonomy(config.models.jobs),
        code_version=code_version(),
    )


def require_place(place: str | None, name: str) -> None:
    """Refuse a path at which nothing stands, before a session starts for it.

    Raises:
        InputError: with the remedy.
    """
    if place is not None and "/" in place and ":" not in place and not Path(place).exists():
        message = f"{name}: nothing stands at {place}; give a Delta or Parquet table."
        raise InputError(message)


def _find_specs(config: RunConfig) -> dict[str, ModelSpec]:
    registry = read_registry(config.models.registry)
    models = config.models
    named = [
        *((name, "privacy") for name in models.privacy),
        *((name, "safety") for name in models.safety),
        *((name, "head") for name in models.heads),
        (models.language, "language"),
        (models.quality, "quality"),
        (models.encoder, "encoder"),
    ]
    return {name: find_model(registry, name, kind) for name, kind in named}


def _check_models(config: RunConfig) -> None:
    models = config.models
    if models.rescan not in models.privacy:
        message = (
            f"models.rescan is {models.rescan}, which is not among models.privacy {list(models.privacy)}."
        )
        raise ConfigurationError(message)
    run = (*models.safety, *models.heads)
    missing = sorted(set(config.safety.required) - set(run))
    if missing:
        message = (
            f"safety.required names {missing}, which models.safety and models.heads {list(run)} do not run."
        )
        raise ConfigurationError(message)


def code_version() -> str:
    """Return the version of this code: the package's, and the commit where it runs from a checkout."""
    try:
        released = version(_PACKAGE)
    except PackageNotFoundError:
        released = "0"
    git = which("git")
    if git is None or not CONF.is_dir():
        return released
    commit = subprocess.run(  # noqa: S603 fixed arguments
        [git, "rev-parse", "--short=12", "HEAD"], cwd=CONF, capture_output=True, text=True, check=False
    )
    return f"{released}+{commit.stdout.strip()}" if commit.returncode == 0 else released
