"""What a run will do, settled and checked before any work: night, key, models, code version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.cli import read_ds, read_former_keys, read_key, require
from pipelines.code_version import code_version
from pipelines.config import RunConfig
from pipelines.config_files import parse_section
from pipelines.diversity.jobs_to_be_done import JobTaxonomy
from pipelines.diversity.legibility import name_reading
from pipelines.errors import ConfigurationError, InputError
from pipelines.locations import as_local, require_apart
from pipelines.models.registry import ModelSpec, find_model, load_model, read_registry
from pipelines.night.text_pass import TextPass
from pipelines.settings import CONF, read_yaml
from pipelines.stores.location import Location, refuse_credentials
from pipelines.stores.opening import open_warehouse

# Under `models` who compares prompts, under `pruning` from where on two are near-duplicates.
_CUT_OF = {"encoder": "cut", "unread": "unread_cut"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The models that compare prompts: the encoder, and another for what it cannot read.

    Args:
        encoder: its entry in the registry.
        unread: the entry of the other.
        unread_from: share of a prompt's characters, 0 to 1, that the encoder's tokenizer does not
            know.
    """

    encoder: ModelSpec
    unread: ModelSpec
    unread_from: float

    @classmethod
    def of(cls, config: RunConfig) -> "Reading":
        """Return the models that a configuration names.

        Raises:
            ConfigurationError: the registry has no such model.
        """
        registry, models = read_registry(config.models.registry), config.models
        return cls(
            find_model(registry, models.encoder, "encoder"),
            find_model(registry, models.unread, "encoder", "unread"),
            config.pruning.unread_from,
        )

    def revisions(self) -> dict[str, str]:
        """Return both revisions; that of the other names what decides that a prompt is unread."""
        encoder, unread = (str(load_model(spec).revision) for spec in (self.encoder, self.unread))
        rule = name_reading(encoder, self.unread_from)
        return {self.encoder.name: encoder, self.unread.name: f"{unread}-{rule}"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A night's run, settled.

    Args:
        config: as loaded.
        ds: the night.
        traffic, scores: where the inputs are; scores may be None.
        root: the warehouse.
        key: of user_key.
        former_keys: those before it, by which erased subjects are still recognised.
        specs: registry entry per name, of all models that answer.
        taxonomy: the jobs to be done.
        code_version: of this code.
        accepted_drift: why the night is published though it drifted; None = then it is held.
    """

    config: RunConfig
    ds: str
    traffic: str
    scores: str | None
    root: Location
    key: bytes
    specs: Mapping[str, ModelSpec]
    taxonomy: JobTaxonomy
    code_version: str
    former_keys: tuple[bytes, ...] = ()

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The keys of today and before."""
        return (self.key, *self.former_keys)

    accepted_drift: str | None = None

    @property
    def encoder(self) -> ModelSpec:
        """The entry of the encoder."""
        return self.specs[self.config.models.encoder]

    @property
    def unread(self) -> ModelSpec:
        """The entry of the encoder that compares what the first cannot read."""
        return self.specs[self.config.models.unread]

    @property
    def reading(self) -> Reading:
        """Who compares the prompts."""
        return Reading(self.encoder, self.unread, self.config.pruning.unread_from)

    @property
    def cuts(self) -> dict[str, float]:
        """The cut of each of the two, by the name of its entry."""
        return read_cuts(self.config)

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
            but_prompt=frozenset(name for spec in self.heads for name in combined_layers(spec)),
        )

    @property
    def loading(self) -> "Loading":
        """All models that answer, to be loaded where there is memory for them."""
        specs = tuple(spec for _, spec in sorted(self.specs.items()))
        return Loading(specs, self.reading, self.heads, self.taxonomy.revision)


@dataclass(frozen=True, slots=True)
class Loading:
    """The models of a run, as a task gets them: without the keys of users.

    Args:
        specs: of all that answer, by name.
        reading: those of them that compare prompts.
        heads: those that read the encoder's pass.
        taxonomy: the revision of the jobs to be done.
    """

    specs: tuple[ModelSpec, ...]
    reading: Reading
    heads: tuple[ModelSpec, ...]
    taxonomy: str

    def revisions(self) -> dict[str, str]:
        """Return the revision of every model, loading each: a broken file stops the run here.

        Raises:
            ConfigurationError: a model cannot be loaded, or a head is of another encoder.
        """
        models = {spec.name: str(load_model(spec).revision) for spec in self.specs}
        check_heads(self.reading.encoder, self.heads)
        return {**models, **self.reading.revisions(), "jobs_to_be_done": self.taxonomy}


def settle_cuts(config: RunConfig, registry: dict[str, ModelSpec]) -> RunConfig:
    """Return the configuration with the cuts as numbers: what is null is the encoder's own.

    Raises:
        ConfigurationError: an encoder is not known, has no cut, or is named twice.
    """
    models, pruning = config.models, config.pruning
    if models.unread == models.encoder:
        message = (
            f"models.unread is {models.unread}, as is models.encoder; what the encoder cannot read "
            "needs another one, for instance char_ngrams."
        )
        raise ConfigurationError(message)
    faults: list[str] = []
    found: dict[str, float] = {}
    for setting, key in _CUT_OF.items():
        try:
            found[key] = find_cut(config, registry, setting)
        except ConfigurationError as error:
            faults += error.faults
    if faults:
        raise ConfigurationError(*faults)
    return config.model_copy(update={"pruning": pruning.model_copy(update=found)})


def find_cut(config: RunConfig, registry: dict[str, ModelSpec], setting: str) -> float:
    """Return the cut of the encoder that `encoder` or `unread` of `models` names.

    Raises:
        ConfigurationError: the encoder is not known, or no cut is declared.
    """
    name, key = str(getattr(config.models, setting)), _CUT_OF[setting]
    spec = find_model(registry, name, "encoder", setting)
    cut = spec.cut if getattr(config.pruning, key) is None else getattr(config.pruning, key)
    if cut is None:
        message = (
            f"pruning.{key} is null and the encoder {name} declares no cut; measure one on pairs "
            f"of your own and write it as models.{name}.cut in the registry, or set pruning.{key}."
        )
        raise ConfigurationError(message)
    return float(cut)


def read_cuts(config: RunConfig) -> dict[str, float]:
    """Return the cut of each encoder by its name, of a configuration whose cuts are settled."""
    cut, unread_cut = config.pruning.cut, config.pruning.unread_cut
    if cut is None or unread_cut is None:
        message = "the cuts are not settled"
        raise ValueError(message)
    return {config.models.encoder: cut, config.models.unread: unread_cut}


def combined_layers(head: ModelSpec) -> tuple[str, ...]:
    """Return the names of the safety layers whose scores a head combines with its own."""
    return tuple(json.loads(head.options).get("combines", ()))


def check_heads(encoder: ModelSpec, heads: Sequence[ModelSpec]) -> None:
    """Refuse a head that was trained on another encoder: its scores would mean nothing.

    Raises:
        ConfigurationError: names head, encoder and remedy.
    """
    for head in heads:
        trained_on = load_model(head).trained_on
        if not load_model(encoder).revision.startswith(trained_on):
            message = (
                f"models.heads: {head.name} was trained on the encoder {trained_on}, not on "
                f"{encoder.name}, or a file of it is damaged; train one for it, or set "
                "models.heads to [] and take it out of safety.required."
            )
            raise ConfigurationError(message)


def read_taxonomy(file: str | None) -> JobTaxonomy:
    """Return the jobs to be done of a YAML file; None = conf/jtbd.yaml."""
    place = Path(file) if file is not None else CONF / "jtbd.yaml"
    return parse_section(JobTaxonomy, read_yaml(place), str(place))


def make_plan(config: RunConfig, accepted_drift: str | None = None) -> Plan:
    """Settle a run from its configuration.

    Raises:
        ConfigurationError: something is missing or wrong; nothing has been read or loaded yet.
    """
    ds = read_ds(config.ds)
    traffic = require(config.traffic, "traffic", "--traffic")
    for name, place in (("traffic", traffic), ("scores", config.scores)):
        require_place(place, name)
    root = open_warehouse(require(config.warehouse, "warehouse", "--warehouse"))
    require_apart({"traffic": traffic, "scores": config.scores}, {"warehouse": root})
    registry = read_registry(config.models.registry)
    specs = _find_specs(config, registry)
    config = settle_cuts(config, registry)
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
        former_keys=read_former_keys(config.identity.former_key_files),
        accepted_drift=accepted_drift,
    )


def require_place(place: str | None, name: str) -> None:
    """Refuse a path where there is nothing, before a session starts for it.

    Raises:
        InputError: with the remedy.
        ConfigurationError: it holds credentials.
    """
    if place is not None:
        refuse_credentials(place, name)
    local = None if place is None else as_local(place)
    if local is not None and not local.exists():
        message = f"{name}: there is nothing at {place}; give a Delta or Parquet table."
        raise InputError(message)


def _find_specs(config: RunConfig, registry: dict[str, ModelSpec]) -> dict[str, ModelSpec]:
    models = config.models
    named = [
        *((name, "privacy") for name in models.privacy),
        *((name, "safety") for name in models.safety),
        *((name, "head") for name in models.heads),
        (models.language, "language"),
        (models.quality, "quality"),
        (models.encoder, "encoder"),
    ]
    found = {name: find_model(registry, name, kind) for name, kind in named}
    return found | {models.unread: find_model(registry, models.unread, "encoder", "unread")}


def _check_models(config: RunConfig) -> None:
    models = config.models
    if models.rescan not in models.privacy:
        message = (
            f"models.rescan is {models.rescan}, "
            f"which is not among models.privacy {list(models.privacy)}."
        )
        raise ConfigurationError(message)
    run = (*models.safety, *models.heads)
    missing = sorted(set(config.safety.required) - set(run))
    if missing:
        message = (
            f"safety.required names {missing}, "
            f"which models.safety and models.heads {list(run)} do not run."
        )
        raise ConfigurationError(message)
