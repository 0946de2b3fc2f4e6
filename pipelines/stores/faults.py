"""What a store's error means for a person: not there, no right, wrong clock, no answer.

The store's own message is not shown. It may hold an address with a signature, or a part of a key.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipelines.errors import ConfigurationError, CurationError, find_damaged_file
from pipelines.failures import says_damaged
from pipelines.stores.files import read_schema
from pipelines.stores.location import Location

# Words of the clients of stores: what else says "timed out" is no store's.
_CLIENT = re.compile(
    r"Generic \w+ error|object.?store|error sending request|hadoop\.(?:fs|hdfs|ipc)|awssdk|hdfs|"
    r"S3Exception|Failed to (?:commit|parse|read|load)|Kernel error|Error performing \w+ http",
    re.IGNORECASE,
)
_SKEWED = re.compile(r"RequestTimeTooSkewed|RequestExpired|clock skew", re.IGNORECASE)
_MISSING = re.compile(
    r"NoSuchBucket|bucket does not exist|ContainerNotFound|FilesystemNotFound|UnknownHost|"
    r"UnknownStoreException",
)
_REFUSED = re.compile(
    r"AccessDenied|Forbidden|InvalidAccessKeyId|SignatureDoesNotMatch|Unauthorized|InvalidToken|"
    r"ExpiredToken|AuthenticationFailed|AccessControlException|Permission denied|"
    r"Status Code: 40[13]|\b40[13] (?:Forb|Unau)|NoAuthWithAWSException|NoAwsCredentials|"
    r"Read-only file system|lacked the necessary privileges",
)
_SILENT = re.compile(
    r"error sending request|Connection refused|ConnectException|timed? ?out|SlowDown|"
    r"ServiceUnavailable|InternalError|dns error|Connection reset|connection closed|"
    r"NoRouteToHost|Status Code: 5\d\d|\b50[0234] |SafeMode|RetriableException|StandbyException",
    re.IGNORECASE,
)


def explain_store(error: BaseException, where: str) -> CurationError | None:
    """Return a store's error as one of ours; None where it is none of a store's.

    Args:
        error: as raised by delta-rs, Arrow, Polars or Spark; its text is matched, never shown.
        where: the place, for the message.
    """
    text = str(error)
    if not _CLIENT.search(text):
        return None
    if _SKEWED.search(text):
        message = (
            f"{where}: the store says that the clock of this host is wrong; set it, start again."
        )
        return ConfigurationError(message)
    if _MISSING.search(text):
        message = (
            f"{where}: there is no such bucket, container or host; make it, or give another place."
        )
        return ConfigurationError(message)
    if _REFUSED.search(text):
        message = (
            f"{where}: the store gives no right to read and write there; check the credentials in "
            "the environment and what they may do (docs/stores.md)."
        )
        return ConfigurationError(message)
    if _SILENT.search(text):
        message = (
            f"{where}: the store does not answer, or answers with errors; nothing was published. "
            "Start again when it answers."
        )
        return CurationError(message)
    return None


def explain_damage(error: BaseException, place: Location, name: str) -> CurationError | None:
    """Return the error that a damaged file below a place means; None for any other."""
    damage = find_damaged_file(str(error))
    if damage is None or not damage.startswith(f"{place}/"):
        return None
    head, _, below = damage.removeprefix(f"{place}/").partition("/")
    if head.startswith("_") and head != "_delta_log":
        remedy = f"It is no table but a copy for later: remove {place / head}, then start again"
    else:
        remedy = (
            f"Put {head} back from a copy of the {name} (jobs/audit.py names every damaged file), "
            "then start again"
        )
    what = f"{name}: {place / head}/{below} is gone or damaged and cannot be read to its end"
    return CurationError(f"{what}; nothing was published. {remedy}.")


@contextmanager
def naming_damage(files: Sequence[Location]) -> Iterator[None]:
    """Name the file of a warehouse's table that is damaged, in the process that reads it.

    Raises:
        CurationError: one of these files is gone or damaged.
    """
    try:
        yield
    except Exception as error:
        if not says_damaged(error):
            raise
        broken = [str(file) for file in files if not _has_footer(file)] or [str(files[0])]
        message = (
            f"warehouse: {broken[0]} is gone or damaged and cannot be read to its end; nothing was "
            "published. Put its table back from a copy of the warehouse (jobs/audit.py names every "
            "damaged file), then start again."
        )
        raise CurationError(message) from error


def _has_footer(file: Location) -> bool:
    try:
        read_schema(file)
    except Exception:  # noqa: BLE001 whatever is wrong with it, it cannot be read
        return False
    return True


@contextmanager
def explained(place: Location, name: str = "warehouse") -> Iterator[None]:
    """Raise a store's error, or that of a damaged file there, as one of ours.

    Raises:
        CurationError: in place of an error that is known.
    """
    try:
        yield
    except CurationError:
        raise
    except Exception as error:
        known = explain_damage(error, place, name)
        if known is None and not place.is_local:
            known = explain_store(error, f"{name} {place}")
        if known is None:
            raise
        raise known from error
