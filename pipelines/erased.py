"""Who is erased: subjects as people name them, and the keyed hashes that remember them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipelines.errors import ConfigurationError, CurationError
from pipelines.identity import key_subject, key_user
from pipelines.private_files import write_private

_FAULTS_SHOWN = 5


class Kind(StrEnum):
    """What a subject is."""

    USER = "user"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """Who or what is to be erased.

    Args:
        kind: a user or a conversation.
        name: the raw id, as upstream writes it; it is never stored, shown or logged.
    """

    kind: Kind
    name: str

    def key(self, key: bytes) -> str:
        """Return the keyed hash by which it is remembered."""
        name = key_user(self.name, key) if self.kind is Kind.USER else self.name
        return key_subject(self.kind, name, key)


@dataclass(frozen=True, slots=True)
class ErasedSubjects:
    """Subjects by their keyed hashes alone: a row says whether it is one of theirs.

    Args:
        keys: of today and before; each subject was hashed by one of them.
        names: their `subject_key`.
    """

    keys: tuple[bytes, ...] = ()
    names: frozenset[str] = frozenset()

    def of_user_key(self, user_key: str | None) -> str | None:
        """Return the subject that a `user_key` belongs to; None = none of these."""
        return self._find(Kind.USER, user_key)

    def of_conversation(self, conversation_id: str | None) -> str | None:
        """Return the subject that is this conversation; None = none of these."""
        return self._find(Kind.CONVERSATION, conversation_id)

    def holds(self, user_id: str | None, conversation_id: str | None) -> bool:
        """Whether a row of the traffic is of one of them."""
        if not self.names:
            return False
        users = [] if user_id is None else [key_user(user_id, key) for key in self.keys]
        found = (self.of_conversation(conversation_id), *map(self.of_user_key, users))
        return any(name is not None for name in found)

    def _find(self, kind: Kind, name: str | None) -> str | None:
        if name is None or not self.names:
            return None
        hashes = (key_subject(kind, name, key) for key in self.keys)
        return next((found for found in hashes if found in self.names), None)


def read_subjects(text: str, source: str, *, is_csv: bool) -> list[ErasureRequest]:
    """Return the subjects of a list, each once, in its order.

    Args:
        text: JSON Lines or CSV with a header; `kind` (user or conversation) and `id` of each.
        source: names the list in errors.
        is_csv: which of the two it is.

    Raises:
        ConfigurationError: lines that name no subject, by their numbers; never a word of them.
    """
    found: dict[ErasureRequest, None] = {}
    wrong: list[int] = []
    for number, row in _rows_of_csv(text) if is_csv else _rows_of_json(text):
        subject = _read_subject(row)
        if subject is None:
            wrong.append(number)
        else:
            found[subject] = None
    if wrong:
        shown = ", ".join(map(str, wrong[:_FAULTS_SHOWN]))
        more = f" and {len(wrong) - _FAULTS_SHOWN} more" if len(wrong) > _FAULTS_SHOWN else ""
        message = (
            f"{source}: line {shown}{more}: each line needs `kind`, user or conversation, and `id`,"
            " a text that is not empty; nothing was erased."
        )
        raise ConfigurationError(message)
    if not found:
        message = f"{source}: names nobody; give a line for each subject, with `kind` and `id`."
        raise ConfigurationError(message)
    return list(found)


def _read_subject(row: object) -> ErasureRequest | None:
    if not isinstance(row, dict):
        return None
    kind, name = row.get("kind"), row.get("id")
    if kind not in list(Kind) or not isinstance(name, str) or not name:
        return None
    return ErasureRequest(Kind(kind), name)


def _rows_of_csv(text: str) -> Iterator[tuple[int, object]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error:
        yield rows.line_num, None


def _rows_of_json(text: str) -> Iterator[tuple[int, object]]:
    # A text may hold other signs that end a line for Python, none for JSON Lines.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError:
                yield number, None


def name_subjects(subjects: Iterable[ErasureRequest], key: bytes) -> dict[str, Kind]:
    """Return the keyed hash of each subject and what it is."""
    return {subject.key(key): subject.kind for subject in subjects}


def gather_subjects(
    user: str | None, conversation: str | None, file: str | None
) -> list[ErasureRequest]:
    """Return the subjects that a command names, one of the three ways.

    Raises:
        ConfigurationError: an id is empty, or the list cannot be read.
    """
    for option, kind, name in (
        ("--user", Kind.USER, user),
        ("--conversation", Kind.CONVERSATION, conversation),
    ):
        if name is not None:
            if not name:
                message = f"{option}: is empty; give an id as it stands in the traffic."
                raise ConfigurationError(message)
            return [ErasureRequest(kind, name)]
    place = Path(file or "")
    try:
        text = place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"--list {place}: cannot be read ({type(error).__name__}); give a UTF-8 file."
        raise ConfigurationError(message) from None
    return read_subjects(text, f"--list {place}", is_csv=place.suffix.lower() == ".csv")


def write_certificate(file: str, told: Mapping[str, object]) -> None:
    """Write a certificate as JSON to a file that its owner alone may read.

    Raises:
        CurationError: it cannot be written.
    """
    try:
        write_private(file, json.dumps(told, indent=1, default=str))
    except OSError as error:
        message = f"--out {file}: cannot be written ({error.strerror}); the erasure is complete."
        raise CurationError(message) from None
