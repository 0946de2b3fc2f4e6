"""OpenLineage events of a run: START, then COMPLETE or FAIL, with the versions of its tables.

Source: OpenLineage specification 2-0-2, openlineage.io/spec.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pipelines.telemetry.events import (
    Dataset,
    End,
    Event,
    LastSeen,
    RunEnded,
    RunName,
    RunStarted,
)
from pipelines.telemetry.lines import Lines

_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = {
    "version": "1-0-0/DatasetVersionDatasetFacet",
    "outputStatistics": "1-0-1/OutputStatisticsOutputDatasetFacet",
    "nominalTime": "1-0-1/NominalTimeRunFacet",
    "errorMessage": "1-0-0/ErrorMessageRunFacet",
    "jobType": "2-0-3/JobTypeJobFacet",
}
_PRODUCER = "pkg:pypi/conversation-curation"
_JOB = "curate"


@dataclass(slots=True)
class LineageWriter:
    """Writes a line when the run starts and one when it ends.

    Args:
        run: whose.
        lines: where to.
        namespace: of the job.
        code_version: of this code; part of the producer's URI.
    """

    run: RunName
    lines: Lines
    namespace: str
    code_version: str
    name: str = "The lineage"
    _seen: LastSeen = field(default_factory=LastSeen)

    def write(self, event: Event) -> None:
        """Take an event; the start and the end of the run are a line."""
        self._seen.take(event)
        if isinstance(event, RunStarted):
            self.lines.add(self._event("START", event))
        elif isinstance(event, RunEnded):
            done = event.end == End.PUBLISHED
            self.lines.add(self._event("COMPLETE" if done else "FAIL", event))

    def _event(self, kind: str, event: RunStarted | RunEnded) -> dict[str, Any]:
        midnight = f"{self.run.ds}T00:00:00+00:00"
        facets = {"nominalTime": self._facet("nominalTime", nominalStartTime=midnight)}
        if isinstance(event, RunEnded) and event.end != End.PUBLISHED:
            # The kind alone: a message may name a path or a value.
            said = f"{event.error or event.end}, exit code {event.exit_code}"
            facets["errorMessage"] = self._facet(
                "errorMessage", message=said, programmingLanguage="PYTHON"
            )
        kinds = {"processingType": "BATCH", "integration": "SPARK", "jobType": "JOB"}
        return {
            "eventType": kind,
            "eventTime": event.at.isoformat(),
            "producer": self._producer,
            "schemaURL": _EVENT,
            "run": {"runId": str(uuid5(NAMESPACE_URL, self.run.run_id)), "facets": facets},
            "job": {
                "namespace": self.namespace,
                "name": _JOB,
                "facets": {"jobType": self._facet("jobType", **kinds)},
            },
            "inputs": [self._dataset(table) for table in self._seen.inputs],
            "outputs": [self._output(table) for table in self._seen.outputs],
        }

    @property
    def _producer(self) -> str:
        return f"{_PRODUCER}@{self.code_version}"

    def _facet(self, name: str, **values: object) -> dict[str, object]:
        schema = f"{_SPEC}/facets/{_FACETS[name]}.json#/$defs/{_FACETS[name].partition('/')[2]}"
        return {"_producer": self._producer, "_schemaURL": schema, **values}

    def _dataset(self, table: Dataset) -> dict[str, Any]:
        """Return a table by OpenLineage's naming: the store, and the path in it."""
        place = table.place
        facets = {}
        if table.version is not None:
            facets["version"] = self._facet("version", datasetVersion=str(table.version))
        store = place.store.replace("s3a://", "s3://") if place.store else "file"
        return {"namespace": store, "name": place.path, "facets": facets}

    def _output(self, table: Dataset) -> dict[str, Any]:
        named = self._dataset(table)
        if table.rows is None:
            return named
        return named | {
            "outputFacets": {
                "outputStatistics": self._facet("outputStatistics", rowCount=table.rows)
            }
        }
