"""Stable names: sample ids, keyed user keys, text hashes, seeded hash order."""

import hashlib
import hmac
from collections.abc import Iterable


def name_sample(conversation_id: str, turn_index: int) -> str:
    """Return the stable id of a sample: 32 hex digits of a hash of its conversation and turn."""
    text = f"{turn_index}:{conversation_id}"
    return hashlib.blake2b(_encode(text), digest_size=16, person=b"sample_id").hexdigest()


def key_user(user_id: str, key: bytes) -> str:
    """Return the keyed hash that replaces a user's id in every table: 32 hex digits."""
    return hmac.new(key, _encode(user_id), hashlib.sha256).hexdigest()[:32]


def key_subject(kind: str, name: str, key: bytes) -> str:
    """Return the keyed hash of a subject in `erasures`: 32 hex digits that are no `user_key`.

    Args:
        kind: `user` or `conversation`.
        name: the raw id of the user, or the id of the conversation.
        key: the secret of the installation.
    """
    text = f"erasure:{kind}:{name}"
    return hmac.new(key, _encode(text), hashlib.sha256).hexdigest()[:32]


def hash_text(text: str) -> str:
    """Return the sha-256 of the UTF-8 of a text, in hex."""
    return hashlib.sha256(_encode(text)).hexdigest()


def order_by_seed(seed: int, identifier: str) -> str:
    """Return a hex string whose order is a seeded shuffle of ids: the tie-break of every draw."""
    return hashlib.blake2b(_encode(f"{seed}:{identifier}"), digest_size=8).hexdigest()


def fingerprint(*parts: str) -> str:
    """Return 12 hex digits that change when any of the parts does."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def fingerprint_rows(rows: Iterable[str]) -> str:
    """Return one value for a multiset of rows, whatever their order; repeated rows count each time.

    The 128-bit BLAKE2b of each row's UTF-8, read as a big-endian number; their sum modulo 2^128 in
    32 hex digits, a dash, and how many rows there were. A sum, since under exclusive or two equal
    rows would cancel.
    """
    total = count = 0
    for row in rows:
        total += int.from_bytes(hashlib.blake2b(_encode(row), digest_size=16).digest(), "big")
        count += 1
    return f"{total % 2**128:032x}-{count}"


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
