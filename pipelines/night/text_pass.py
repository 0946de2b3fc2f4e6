"""The one pass over raw text: intake, findings, redaction, scores; it returns redacted text."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from pipelines.erased import ErasedSubjects
from pipelines.filtering.facts import SampleFacts, Scorers, gather_sample_facts
from pipelines.filtering.privacy.settings import PrivacyLimits
from pipelines.identity import fingerprint, hash_text, key_user
from pipelines.intake.carried import clear_row_texts
from pipelines.intake.reader import Conversation, read_conversation
from pipelines.intake.settings import IntakeLimits
from pipelines.models.answers import SafetyScore
from pipelines.models.guard import answer_guarded
from pipelines.models.registry import ModelSpec, load_model
from pipelines.outcomes import Reason
from pipelines.spark.adapters import map_batches
from pipelines.spark.private_pyspark import arrow_type
from schemas.night import FACTS


@dataclass(frozen=True, slots=True)
class TextPass:
    """What a worker needs for the pass: entries of models, limits, the key of user_key.

    Args:
        privacy, safety, language, quality: entries of the registry.
        rescan: the privacy model that reads redacted text again.
        intake: what a readable conversation is.
        key: of user_key; never logged.
        seconds_per_text: the time a model has for one text.
        limits: which findings are left in the text.
        but_prompt: safety layers that a head combines: the prompt is judged by the head.
        erased: subjects of whose rows nothing leaves the pass but that there was one.
    """

    privacy: Sequence[ModelSpec]
    safety: Sequence[ModelSpec]
    language: ModelSpec
    quality: ModelSpec
    rescan: str
    intake: IntakeLimits
    key: bytes
    seconds_per_text: float
    limits: PrivacyLimits
    but_prompt: frozenset[str] = frozenset()
    erased: ErasedSubjects = field(default_factory=ErasedSubjects)

    def fingerprint(self, revisions: Mapping[str, str], code_version: str) -> str:
        """Return what changes when a row's facts may, though its content does not."""
        models = [*self.privacy, *self.safety, self.language, self.quality]
        model_revisions = [f"{spec.name}={revisions[spec.name]}" for spec in models]
        # Of the policy only what is left in the text counts: cuts decide later.
        left = self.limits.model_dump_json(include={"ignore", "types"})
        limits = (
            *sorted(self.but_prompt),
            self.rescan,
            self.intake.model_dump_json(),
            left,
            str(self.seconds_per_text),
            code_version,
        )
        return fingerprint(*model_revisions, *limits, key_user("", self.key))

    def scorers(self) -> Scorers:
        """Return the models, loaded once per process."""
        return Scorers(
            privacy={spec.name: load_model(spec) for spec in self.privacy},
            rescan=self.rescan,
            safety={spec.name: load_model(spec) for spec in self.safety},
            language=load_model(self.language),
            quality=load_model(self.quality),
            seconds_per_text=self.seconds_per_text,
            limits=self.limits,
            but_prompt=self.but_prompt,
        )


def facts_schema(rows: DataFrame) -> pa.Schema:
    """Return the columns of the facts of rows from `prepare_rows`."""
    return FACTS.arrow.append(pa.field("extra", arrow_type(rows.schema["extra"].dataType)))


def score_conversations(
    rows: DataFrame, settings: TextPass, count: Callable[[int], None]
) -> DataFrame:
    """Return the facts of every row: one row out for one row in, `extra` carried through.

    A string of `extra` or of the contract's plain columns that holds an identifier leaves as null.

    Args:
        rows: from `prepare_rows`.
        settings: models and limits.
        count: gets the number of rows of each finished batch, for progress.
    """
    output = facts_schema(rows)
    return map_batches(
        rows, partial(_score_batch, settings=settings, output=output, count=count), output
    )


def _score_batch(
    batch: pa.Table, settings: TextPass, output: pa.Schema, count: Callable[[int], None]
) -> pa.Table:
    gone = is_erased(batch, settings.erased)
    left = batch.filter(pa.array([not theirs for theirs in gone], pa.bool_()))
    scored = _score_rows(left, settings, output)
    count(batch.num_rows)
    return pa.concat_tables([scored, erased_facts(sum(gone), output)])


def is_erased(batch: pa.Table, erased: ErasedSubjects) -> list[bool]:
    """Say of each row of the traffic whether it is a subject's that was erased."""
    ids = zip(batch["user_id"].to_pylist(), batch["conversation_id"].to_pylist(), strict=True)
    return [erased.holds(user, conversation) for user, conversation in ids]


def erased_facts(rows: int, output: pa.Schema) -> pa.Table:
    """Return the facts of erased rows: that each was there, and nothing of it."""
    record = {"defect": Reason.ERASED.value, "content": ""}
    return pa.Table.from_pylist([record] * rows, schema=output)


def _score_rows(batch: pa.Table, settings: TextPass, output: pa.Schema) -> pa.Table:
    scorers = settings.scorers()
    batch, cleared = clear_row_texts(batch, partial(_hold_identifiers, scorers=scorers))
    rows = batch.drop_columns(["extra"]).to_pylist()
    conversations = [read_conversation(row, settings.intake, settings.key) for row in rows]
    facts = iter(
        gather_sample_facts([c.texts for c in conversations if c.texts is not None], scorers)
    )
    records = [
        _record(c, row["content"], None if c.texts is None else next(facts), scorers)
        | {"cleared": names}
        for c, row, names in zip(conversations, rows, cleared, strict=True)
    ]
    scored = pa.Table.from_pylist(records, schema=FACTS.arrow)
    return scored.append_column(
        output.field("extra"), batch["extra"].cast(output.field("extra").type)
    )


def _hold_identifiers(texts: Sequence[str], scorers: Scorers) -> list[bool]:
    """Return whether the second scan finds an identifier in each redacted text; failed = yes."""
    find = scorers.privacy[scorers.rescan].find
    return [
        found is None or any(not scorers.limits.leaves(f.entity_type, f.score) for f in found)
        for found in answer_guarded(find, texts, scorers.seconds_per_text)
    ]


def _record(
    conversation: Conversation, content: str, facts: SampleFacts | None, scorers: Scorers
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "conversation_id": conversation.conversation_id,
        "defect": conversation.defect,
        "quarantined": conversation.quarantined,
        "content": content,
        **conversation.columns,
    }
    if facts is None or conversation.texts is None:
        return record
    upstream = record["quality"]
    own = upstream is not None and math.isfinite(upstream) and 0 <= upstream <= 1
    record["quality"] = upstream if own else facts.quality
    record |= text_columns(facts, conversation.texts.roles)
    record |= {"found": _found(facts), "redacted": facts.redacted}
    record |= {"privacy": _privacy(facts, scorers), "safety": _safety(facts.safety, scorers)}
    answer = facts.language
    if answer is not None:
        record |= {"identified": answer.language, "confidence": answer.confidence}
        record |= {"romanised": answer.romanised, "mixed": answer.mixed}
    return record


def text_columns(facts: SampleFacts, roles: Sequence[str]) -> dict[str, Any]:
    """Return the texts that leave the pass: the redacted ones, else the prompt's hash alone."""
    if facts.messages is None:
        return {}
    prompt = facts.messages[-1]
    hashed = {"text_hash": hash_text(prompt)}
    if not facts.redacted:
        return hashed  # a text that may still hold an identifier is written nowhere
    messages = [
        {"role": role, "content": text} for role, text in zip(roles, facts.messages, strict=True)
    ]
    return hashed | {"messages": messages, "prompt": prompt}


def _found(facts: SampleFacts) -> list[dict[str, Any]] | None:
    if facts.found is None:
        return None
    return [{"entity_type": name, "score": score} for name, score in facts.found.items()]


def _privacy(facts: SampleFacts, scorers: Scorers) -> list[dict[str, Any]]:
    return [
        {
            "model": name,
            "model_revision": scorers.privacy[name].revision,
            "findings": None
            if findings is None
            else [
                {
                    "message_index": index,
                    "entity_type": f.entity_type,
                    "start": f.start,
                    "end": f.end,
                    "score": f.score,
                }
                for index, f in findings
            ],
        }
        for name, findings in facts.findings.items()
    ]


def _safety(scores: Mapping[str, SafetyScore | None], scorers: Scorers) -> list[dict[str, Any]]:
    return [
        {
            "model": name,
            "model_revision": scorers.safety[name].revision,
            "unsafe": None if score is None else score.unsafe,
            "labels": None if score is None else list(score.labels.items()),
        }
        for name, score in scores.items()
    ]
