"""Privacy: quality per type against Presidio's defaults, and speed against its `analyze()`, in one run.

python tests/bench/privacy.py [--data ../shared/data] [--rows 1500] [--speed-texts 2000]

None of spaCy's own pipelines is on the package registry, so Presidio's engine gets our shipped entity
model as its language pipeline; its recognisers are its defaults for English and Spanish. The speed part
gives Presidio our own recognisers, unscreened, so that both sides must say the same.
"""

import argparse
import logging
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import polars as pl
import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipelines.filtering.entities import EntityModel
from pipelines.filtering.findings import Finding, merge_findings
from pipelines.filtering.identifiers import IdentifierRules
from pipelines.training.privacy import from_tags
from pipelines.training.privacy_data import is_held_out

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "pipelines" / "shipped" / "privacy_ner"
SETS = ("presidio_generated_large", "presidio_synth_v2", "meddocan_es")
GOLD = {
    "ADDRESS": "STREET_ADDRESS",
    "CALLE": "STREET_ADDRESS",
    "CORREO_ELECTRONICO": "EMAIL_ADDRESS",
    "CREDIT_CARD": "CREDIT_CARD",
    "EMAIL_ADDRESS": "EMAIL_ADDRESS",
    "IBAN_CODE": "IBAN_CODE",
    "IP_ADDRESS": "IP_ADDRESS",
    "NOMBRE_PERSONAL_SANITARIO": "PERSON",
    "NOMBRE_SUJETO_ASISTENCIA": "PERSON",
    "NUMERO_FAX": "PHONE_NUMBER",
    "NUMERO_TELEFONO": "PHONE_NUMBER",
    "PERSON": "PERSON",
    "PHONE_NUMBER": "PHONE_NUMBER",
    "STREET_ADDRESS": "STREET_ADDRESS",
    "US_SSN": "US_SSN",
}
"""Labels of the public sets that we answer for; the others name no single person."""
_AS_PRESIDIO = {"LOCATION": "STREET_ADDRESS"}  # it has no type for streets: its places are let count
Spans = list[tuple[int, int, str]]
Find = Callable[[str], Spans]


def presidio_defaults(language: str) -> Find:
    """Return Presidio's analyzer with its default recognisers for one language."""
    engine = SpacyNlpEngine()
    engine.nlp = {language: spacy.load(SHIPPED)}  # type: ignore[assignment]  # None until it loads one
    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[language])

    def find(text: str) -> Spans:
        results = analyzer.analyze(text, language=language)
        return [(r.start, r.end, _AS_PRESIDIO.get(r.entity_type, r.entity_type)) for r in results]

    return find


class ModelRecognizer(LocalRecognizer):
    """Our entity model as Presidio knows a recogniser."""

    def __init__(self, model: EntityModel) -> None:
        self.model = model
        super().__init__(supported_entities=["PERSON", "STREET_ADDRESS"], name="EntityModel")

    def load(self) -> None:
        """Nothing to load: the model is loaded."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: object) -> list[RecognizerResult]:
        """Find persons and streets in one text."""
        del entities, nlp_artifacts
        (found,) = self.model.find([text])
        return [RecognizerResult(f.entity_type, f.start, f.end, f.score) for f in found or ()]


def presidio_with_ours() -> Callable[[str], list[Finding]]:
    """Return Presidio's `analyze()` with our recognisers, none screened, as merged findings."""
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.blank("en")}  # type: ignore[assignment]  # None until it loads one
    recognizers = [*IdentifierRules().recognizers, ModelRecognizer(EntityModel(SHIPPED, screened=False))]
    registry = RecognizerRegistry(recognizers=recognizers, supported_languages=["en"])
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])

    def find(text: str) -> list[Finding]:
        results = analyzer.analyze(text, language="en")
        return merge_findings([[Finding(r.entity_type, r.start, r.end, r.score) for r in results]])

    return find


def ours() -> Callable[[Sequence[str]], list[list[Finding]]]:
    """Return the shipped rules and model over a batch, united."""
    rules, model = IdentifierRules(), EntityModel(SHIPPED)

    def find(texts: Sequence[str]) -> list[list[Finding]]:
        distinct = list(dict.fromkeys(texts))
        pairs = zip(rules.find(distinct), model.find(distinct), strict=True)
        known = dict(zip(distinct, (merge_findings([a or [], b or []]) for a, b in pairs), strict=True))
        return [known[text] for text in texts]

    return find


def tally(wanted: Iterable[Spans], said: Iterable[Spans]) -> dict[str, Counter[str]]:
    """Count by type the spans wanted and said, those that are equal and those that overlap by type."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for gold, found in zip(wanted, said, strict=True):
        for mine, other, name in ((gold, found, "wanted"), (found, gold, "said")):
            for start, end, kind in mine:
                same = [o for o in other if o[2] == kind and o[0] < end and start < o[1]]
                counts[kind][name] += 1
                counts[kind][f"{name} equal"] += any(o[:2] == (start, end) for o in same)
                counts[kind][f"{name} met"] += bool(same)
    return counts


def figures(counts: Counter[str]) -> str:
    """Return recall / precision by overlap, and by equal spans."""
    parts = [
        f"{counts[f'wanted {how}'] / max(1, counts['wanted']):.3f}/"
        f"{counts[f'said {how}'] / max(1, counts['said']):.3f}"
        for how in ("met", "equal")
    ]
    return "  ".join(parts)


def print_quality(data: Path, rows: int) -> None:
    """Print per set and type the figures of both, by overlap and by equal spans."""
    find = ours()
    print("set, part, type, spans | ours: recall/precision overlap, equal | Presidio's defaults, the same")
    totals: dict[str, dict[str, Counter[str]]] = {
        "ours": defaultdict(Counter),
        "presidio": defaultdict(Counter),
    }
    for name in SETS:
        table = pl.read_parquet(data / "pii" / f"{name}.parquet")
        held = is_held_out(table)
        presidio = lru_cache(maxsize=None)(presidio_defaults("es" if name.endswith("_es") else "en"))
        for part, chosen in (("held out", table.filter(held)), ("taught", table.filter(~held).head(rows))):
            texts = chosen["text"].to_list()
            gold = [
                [(s["start"], s["end"], GOLD[s["label"]]) for s in spans if s["label"] in GOLD]
                for spans in chosen["spans"]
            ]
            mine = tally(gold, [[(f.start, f.end, f.entity_type) for f in found] for found in find(texts)])
            theirs = tally(gold, map(presidio, texts))
            for kind in sorted(set(GOLD.values())):
                if mine[kind]["wanted"]:
                    totals["ours"][kind] += mine[kind]
                    totals["presidio"][kind] += theirs[kind]
                    print(
                        f"{name:25} {part:8} {kind:15} {mine[kind]['wanted']:5} | "
                        f"{figures(mine[kind])} | {figures(theirs[kind])}"
                    )
    for kind in sorted(totals["ours"]):
        own, other = totals["ours"][kind], totals["presidio"][kind]
        print(f"{'all':25} {'':8} {kind:15} {own['wanted']:5} | {figures(own)} | {figures(other)}")


def print_social(data: Path) -> None:
    """Print the person F1 by equal spans on the held-out rows of social_ner."""
    table = pl.read_parquet(data / "ner" / "social_ner.parquet")
    table = table.filter(is_held_out(table))
    find = ours()
    for source in [*sorted(set(table["source"])), "all"]:
        rows = table if source == "all" else table.filter(pl.col("source") == source)
        sentences = list(from_tags(rows, signs=True))
        found = find([sentence.text for sentence in sentences])
        for signs in (True, False):
            gold = [
                [
                    s
                    for s in sentence.spans
                    if s[2] == "PERSON" and (signs or sentence.text[s[0] : s[1]] != "@")
                ]
                for sentence in sentences
            ]
            said = [
                [
                    (f.start, f.end, f.entity_type)
                    for f in one
                    if signs or sentence.text[f.start : f.end] != "@"
                ]
                for sentence, one in zip(sentences, found, strict=True)
            ]
            print_f1(
                f"social_ner {source:13} {'as tagged' if signs else 'without @'}", tally(gold, said)["PERSON"]
            )


def print_f1(name: str, counts: Counter[str]) -> None:
    """Print recall, precision and F1 by equal spans."""
    recall = counts["wanted equal"] / max(1, counts["wanted"])
    precision = counts["said equal"] / max(1, counts["said"])
    f1 = 2 * recall * precision / max(1e-9, recall + precision)
    print(f"{name} persons {counts['wanted']:4} recall {recall:.3f} precision {precision:.3f} F1 {f1:.3f}")


def print_speed(data: Path, count: int) -> None:
    """Print texts per CPU-second of both on real messages, their ratio and whether they say the same."""
    traffic = pl.read_parquet(data / "traffic" / "traffic.parquet", columns=["messages"])
    texts = traffic.explode("messages")["messages"].struct.field("content").drop_nulls()
    sample = texts.sample(min(count, len(texts)), seed=1, shuffle=True).to_list()
    presidio, find = presidio_with_ours(), ours()
    presidio(sample[0])
    find(sample[:20])
    started = time.process_time()
    theirs = [presidio(text) for text in sample]
    between = time.process_time()
    mine = find(sample)
    ended = time.process_time()
    differ = sum(a != b for a, b in zip(theirs, mine, strict=True))
    print(
        f"speed: {len(sample)} messages, Presidio {1e3 * (between - started) / len(sample):.3f} ms a text, "
        f"ours {1e3 * (ended - between) / len(sample):.3f} ms, "
        f"{(between - started) / (ended - between):.1f} x; "
        f"texts with other findings: {differ}"
    )


def main() -> None:
    """Print quality, then speed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--rows", type=int, default=1500, help="rows of each set's taught part")
    parser.add_argument("--speed-texts", type=int, default=2000)
    parser.add_argument("--only", choices=("quality", "social", "speed"))
    arguments = parser.parse_args()
    tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls = ()  # its own list: no waiting for a network
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    with threadpool_limits(1):  # as in a night's workers
        if arguments.only in (None, "quality"):
            print_quality(arguments.data, arguments.rows)
        if arguments.only in (None, "social"):
            print_social(arguments.data)
        if arguments.only in (None, "speed"):
            print_speed(arguments.data, arguments.speed_texts)


if __name__ == "__main__":
    main()
