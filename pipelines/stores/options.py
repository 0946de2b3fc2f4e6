"""How a store is reached: credentials and endpoints come from the environment, not from settings.

delta-rs and Polars read the variables of each cloud by themselves. Hadoop's client reads keys from
the environment too, but neither endpoint nor region: those are handed on here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_HADOOP = {
    "AWS_ENDPOINT_URL": "spark.hadoop.fs.s3a.endpoint",
    "AWS_REGION": "spark.hadoop.fs.s3a.endpoint.region",
}
_LOG_STORE = "curation.S3ConditionalLogStore"


@dataclass(frozen=True, slots=True)
class Client:
    """What Spark needs for a store.

    Args:
        classes: that its JVM must know.
        remedy: how to get them.
    """

    classes: tuple[str, ...]
    remedy: str


_CONNECTOR = "put the connector's jars into pyspark/jars, or give them by --jars (docs/stores.md)"
CLIENTS = {
    "s3a": Client(
        ("org.apache.hadoop.fs.s3a.S3AFileSystem", _LOG_STORE),
        "run {setup} with STORES=s3 or --stores s3",
    ),
    "abfss": Client(("org.apache.hadoop.fs.azurebfs.SecureAzureBlobFileSystem",), _CONNECTOR),
    "gs": Client(("com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem",), _CONNECTOR),
}
"""Scheme → client, where Spark does not bring it along."""


def hadoop_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of Spark by which Hadoop's client finds what the environment names."""
    # Delta's own store overwrites on S3 what another driver has committed.
    settings = {f"spark.delta.logStore.{scheme}.impl": _LOG_STORE for scheme in ("s3a", "s3")}
    settings["spark.hadoop.fs.s3.impl"] = "org.apache.hadoop.fs.s3a.S3AFileSystem"
    settings |= {key: environ[name] for name, key in _HADOOP.items() if environ.get(name)}
    endpoint = environ.get("AWS_ENDPOINT_URL", "")
    if endpoint:
        # A store of one's own has no host name per bucket.
        settings["spark.hadoop.fs.s3a.path.style.access"] = "true"
        is_safe = str(endpoint.startswith("https://")).lower()
        settings["spark.hadoop.fs.s3a.connection.ssl.enabled"] = is_safe
    return settings
