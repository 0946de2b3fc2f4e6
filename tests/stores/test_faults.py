"""Stores without server or Spark: their errors, what Hadoop is handed, which clients are named."""

import pytest

from pipelines.errors import CurationError, ExitCode
from pipelines.stores.faults import explain_store, explained
from pipelines.stores.location import Location, locate
from pipelines.stores.options import CLIENTS, hadoop_settings

_S3 = "Generic S3 error: Error performing PUT http://h/b/k?X-Amz-Signature=TELLTALE in 2s - "
_KERNEL = (  # delta-rs's, where a log is read
    "Kernel error -> Error interacting with object store\n  Error performing GET "
    "http://h/b/k?X-Amz-Signature=TELLTALE in 3ms - Server returned non-2xx status code: "
)


@pytest.mark.parametrize(
    ("raised", "expected", "code"),
    [
        (_S3 + "404 Not Found <Code>NoSuchBucket</Code>", "there is no such bucket", 2),
        (_S3 + "403 Forbidden <Code>AccessDenied</Code>", "no right to read and write", 2),
        (_S3 + "403 <Code>RequestTimeTooSkewed</Code>", "the clock of this host is wrong", 2),
        (_S3 + "503 Service Unavailable <Code>SlowDown</Code>", "does not answer", 1),
        (_S3 + "error sending request: operation timed out", "does not answer", 1),
        (
            "org.apache.hadoop.fs.s3a.UnknownStoreException: `s3a://b/': Bucket does not exist",
            "no such bucket",
            2,
        ),
        ("org.apache.hadoop.ipc.RemoteException: AccessControlException: TELLTALE", "no right", 2),
        (_KERNEL + "403 Forbidden <Code>SignatureDoesNotMatch</Code>", "no right to read", 2),
        (_KERNEL + "503 Service Unavailable <Code>SlowDown</Code>", "does not answer", 1),
        (
            "java.net.ConnectException in org.apache.hadoop.ipc.Client TELLTALE",
            "does not answer",
            1,
        ),
    ],
)
def test_a_stores_error_says_what_to_do_and_not_its_own_words(
    raised: str, expected: str, code: int
) -> None:
    """They hold addresses with signatures, and parts of keys."""
    found = explain_store(OSError(raised), "warehouse s3a://b/wh")

    assert found is not None
    assert expected in str(found)
    assert found.exit_code == ExitCode(code)
    assert "TELLTALE" not in str(found)
    assert "X-Amz" not in str(found)


def test_an_error_that_is_no_stores_stays_what_it_is() -> None:
    """A worker that timed out says nothing about a store, nor does an error of a disk."""
    assert explain_store(OSError("Python worker timed out"), "here") is None
    with pytest.raises(OSError, match="NoSuchBucket"), explained(Location("/disk")):
        raise OSError(_S3 + "NoSuchBucket")
    known = CurationError("NoSuchBucket, hadoop.fs")
    with (
        pytest.raises(CurationError, match=r"^NoSuchBucket, hadoop\.fs$"),
        explained(locate("gs://b")),
    ):
        raise known


def test_endpoint_and_region_are_handed_on_and_no_key_is() -> None:
    """Hadoop's client reads keys by itself; Spark's settings are shown on a page of its UI."""
    settings = hadoop_settings(
        {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_REGION": "eu-1",
            "AWS_ACCESS_KEY_ID": "TELLTALE",
            "AWS_SECRET_ACCESS_KEY": "TELLTALE",
        }
    )

    assert settings["spark.hadoop.fs.s3a.endpoint"] == "http://127.0.0.1:9"
    assert settings["spark.hadoop.fs.s3a.endpoint.region"] == "eu-1"
    assert settings["spark.hadoop.fs.s3a.connection.ssl.enabled"] == "false"
    assert "TELLTALE" not in str(settings)


def test_every_store_has_a_safe_commit_of_spark() -> None:
    """On S3 by our own class; Delta's own would overwrite what another driver has committed."""
    settings = hadoop_settings({})

    assert {settings[f"spark.delta.logStore.{scheme}.impl"] for scheme in ("s3", "s3a")} == {
        "curation.S3ConditionalLogStore"
    }
    assert "curation.S3ConditionalLogStore" in CLIENTS["s3a"].classes
