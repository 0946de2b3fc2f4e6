"""A folder or file of a store, named so that Spark, delta-rs, Arrow and Polars all take it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.errors import ConfigurationError
from pipelines.locations import require_writable_name, without_scheme

SCHEMES = ("file", "hdfs", "s3a", "s3", "abfss", "gs")
"""The stores that a warehouse may lie in."""
_SAME = {"s3": "s3a"}


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A folder or file of a store.

    Args:
        uri: an absolute path where it lies on a disk, else `scheme://authority/path`; no slash at
            the end.
    """

    uri: str

    def __truediv__(self, name: str) -> "Location":
        """Return what lies below it under a name, which may be a path."""
        return Location(f"{self.uri.rstrip('/')}/{name}")

    def __str__(self) -> str:
        """Return it as Spark and delta-rs take it."""
        return self.uri

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.uri.rstrip("/").rpartition("/")[2]

    @property
    def parent(self) -> "Location":
        """The folder that it lies in."""
        return Location(self.uri.rstrip("/").rpartition("/")[0])

    @property
    def scheme(self) -> str:
        """The kind of store, one of `SCHEMES`."""
        return urlsplit(self.uri).scheme if "://" in self.uri else "file"

    @property
    def is_local(self) -> bool:
        """Whether it lies on a disk of this host, or on one that is mounted here."""
        return self.scheme == "file"

    @property
    def local(self) -> Path:
        """The path of what lies on a disk."""
        return Path(self.uri)

    @property
    def store(self) -> str:
        """The root of the store: `hdfs://host:port`, `s3a://bucket`; empty for a disk."""
        return "" if self.is_local else "/".join(self.uri.split("/", 3)[:3])

    @property
    def path(self) -> str:
        """Its path within the store; absolute for a disk."""
        return self.uri if self.is_local else self.uri[len(self.store) + 1 :]


Place = Location | Path | str
"""What a function takes that reads a location; a path is one of a disk."""


def locate(place: Place) -> Location:
    """Return a place as a location; `file:` before a path goes, `s3://` is spelt `s3a://`."""
    if isinstance(place, Location):
        return place
    text = without_scheme(str(place))
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Location(str(Path(text).absolute()))
    return Location(f"{_SAME.get(scheme, scheme)}://{rest.rstrip('/')}")


def require_store(place: str, name: str) -> Location:
    """Return a place to write to, of a scheme that is known.

    Args:
        place: as given.
        name: of the setting or option that gives it, for errors.

    Raises:
        ConfigurationError: another scheme, no store named behind it, credentials in it, or a name
            that readers of Delta tables misread.
    """
    refuse_credentials(place, name)
    require_writable_name(place, name)
    found = locate(place)
    if found.scheme not in SCHEMES:
        message = (
            f"{name}: the scheme {found.scheme}:// is not one of "
            f"{', '.join(f'{scheme}:' for scheme in SCHEMES)}; give a place in one of these stores."
        )
        raise ConfigurationError(message)
    if found.is_local:
        return found
    if not urlsplit(found.uri).netloc:
        message = f"{name}: names no store; write {found.scheme}://BUCKET-OR-HOST/FOLDER."
        raise ConfigurationError(message)
    return found


def refuse_credentials(place: str, name: str) -> None:
    """Refuse a place with a user and a password before its host, or a signature behind its path.

    Args:
        place: as given.
        name: of the setting or option that gives it, for errors.

    Raises:
        ConfigurationError: without a word of them.
    """
    if "://" not in place:
        return
    parts = urlsplit(place)
    before = parts.netloc.rpartition("@")[0]
    # A container of Azure is before the @ too, without a colon.
    is_container = parts.scheme == "abfss" and ":" not in before
    if (before and not is_container) or parts.query:
        message = (
            f"{name}: holds credentials before its host or behind its path; take them out and give "
            "them in the environment (docs/stores.md)."
        )
        raise ConfigurationError(message)
