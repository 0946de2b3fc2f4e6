"""The rule model of privacy: every identifier rule over a text, behind the screen."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy.findings import Finding, merge_findings
from pipelines.filtering.privacy.match_windows import Places
from pipelines.filtering.privacy.prefilter import PlainText, Screen, plain
from pipelines.filtering.privacy.recogniser import Rule
from pipelines.filtering.privacy.recognisers_address import ADDRESS_RULES
from pipelines.filtering.privacy.recognisers_arrived import ARRIVED_RULES
from pipelines.filtering.privacy.recognisers_birth import BIRTH_RULES
from pipelines.filtering.privacy.recognisers_contact import CONTACT_RULES
from pipelines.filtering.privacy.recognisers_coordinates import COORDINATE_RULES
from pipelines.filtering.privacy.recognisers_email import EMAIL_RULES
from pipelines.filtering.privacy.recognisers_email_masked import MASKED_EMAIL_RULES
from pipelines.filtering.privacy.recognisers_entered import ENTERED_RULES
from pipelines.filtering.privacy.recognisers_finance import FINANCE_RULES
from pipelines.filtering.privacy.recognisers_handle import HANDLE_RULES
from pipelines.filtering.privacy.recognisers_labelled import LABELLED_RULES
from pipelines.filtering.privacy.recognisers_masked import MASKED_RULES
from pipelines.filtering.privacy.recognisers_national import NATIONAL_RULES
from pipelines.filtering.privacy.recognisers_personal import PERSONAL_RULES
from pipelines.filtering.privacy.recognisers_phone import PHONE_RULES
from pipelines.filtering.privacy.recognisers_plate import PLATE_RULES
from pipelines.filtering.privacy.recognisers_said_code import SAID_CODE_RULES
from pipelines.filtering.privacy.recognisers_secret import SECRET_RULES
from pipelines.filtering.privacy.recognisers_spelled import SPELLED_RULES
from pipelines.filtering.privacy.recognisers_wallet import WALLET_RULES
from pipelines.identity import fingerprint
from pipelines.models.source_revision import fingerprint_sources, modules_of

RULES: tuple[Rule, ...] = (
    *ADDRESS_RULES,
    *EMAIL_RULES,
    *MASKED_EMAIL_RULES,
    *PHONE_RULES,
    *MASKED_RULES,
    *SPELLED_RULES,
    *CONTACT_RULES,
    *COORDINATE_RULES,
    *ENTERED_RULES,
    *HANDLE_RULES,
    *FINANCE_RULES,
    *NATIONAL_RULES,
    *LABELLED_RULES,
    *PLATE_RULES,
    *PERSONAL_RULES,
    *BIRTH_RULES,
    *SECRET_RULES,
    *SAID_CODE_RULES,
    *WALLET_RULES,
    *ARRIVED_RULES,
)
"""Every rule; a new one is one more entry of its table."""
_HERE = Path(__file__).parent
SOURCES: tuple[str | Path, ...] = (
    *modules_of("pipelines.filtering", "normalise"),
    *modules_of(
        "pipelines.filtering.privacy",
        "across",  # what it joins over messages is stored as an answer of the rules
        "address_chinese",
        "address_dated",
        "address_elsewhere",
        "address_japanese",
        "address_korean",
        "address_local",
        "address_needs",
        "address_parts",
        "address_patterns",
        "address_russian",
        "address_scans",
        "address_styles",
        "address_tail",
        "address_walk",
        "address_words",
        "asked_identifiers",
        "checksums",
        "dictated_numbers",
        "digit_runs",
        "fiction",
        "findings",
        "identifier_words",
        "match_windows",
        "message_views",
        "no_persons",  # the towns behind addresses
        "phone_lookalikes",
        "phone_regions",
        "prefilter",
        "recogniser",
        "recogniser_cues",
        "recognisers_address",
        "recognisers_answer",
        "recognisers_arrived",
        "recognisers_birth",
        "recognisers_contact",
        "recognisers_coordinates",
        "recognisers_email",
        "recognisers_email_masked",
        "recognisers_entered",
        "recognisers_finance",
        "recognisers_handle",
        "recognisers_key",
        "recognisers_labelled",
        "recognisers_lock",
        "recognisers_masked",
        "recognisers_national",
        "recognisers_personal",
        "recognisers_phone",
        "recognisers_plate",
        "recognisers_said_code",
        "recognisers_secret",
        "recognisers_spelled",
        "recognisers_wallet",
        "rules",
        "settings",
        "split_mails",
    ),
    *(
        _HERE / name
        for name in (
            "address_elsewhere.yaml",
            "address_parts.yaml",
            "address_words.yaml",
            "no_persons.yaml",
        )
    ),
    *(_HERE / name for name in ("identifier_words", "secret_words")),
)
"""What decides what the rules find."""
_FINDINGS_MAX = 5000  # a text with more is a list of people, or made to hold up its batch: it fails


class IdentifierRules:
    """Finds identifiers by form and check digits; it reads no file and learns nothing.

    Args:
        path: must be None: rules are code.
        types: the entity types to look for; empty = all.
        screened: look first whether a rule can fire at all; the findings are the same without.
        long: characters from which a text is read only around what a rule needs, which is cheaper
            than to read it whole; the findings are the same.

    Raises:
        ConfigurationError: a path, or a type that no rule finds.
    """

    name = "rules"

    def __init__(
        self,
        path: Path | None = None,
        *,
        types: Sequence[str] = (),
        screened: bool = True,
        long: int = 4_000,
    ) -> None:
        known = {rule.entity_type for rule in RULES}
        names = ", ".join(sorted(known))
        faults = [
            f"models: rules find no {name}. Known here: {names}."
            for name in types
            if name not in known
        ]
        if path is not None:
            faults.append(f"models: rules take no path, {path} was given. Remove it.")
        if faults:
            raise ConfigurationError(*faults)
        self.rules = rules = [rule for rule in RULES if not types or rule.entity_type in types]
        self.revision = fingerprint(
            fingerprint_sources(*SOURCES), *sorted({rule.entity_type for rule in rules})
        )
        self._screen = Screen([rule.needs for rule in rules]) if screened else None
        self._long = long

    def find(self, texts: Sequence[str]) -> list[list[Finding] | None]:
        """Return what each text holds, by start, without overlaps; None = it failed."""
        reads = [plain(text) for text in texts]
        if self._screen is None:
            return [self._find_one(read, self.rules, screened=False) for read in reads]
        picked = self._screen.pick(reads)
        return [
            self._find_one(read, [self.rules[i] for i in wanted], screened=True) if wanted else []
            for read, wanted in zip(reads, picked, strict=True)
        ]

    def _find_one(
        self, read: PlainText, wanted: Sequence[Rule], *, screened: bool
    ) -> list[Finding] | None:
        try:
            places = Places(read) if screened and len(read.text) >= self._long else None
            views = ((rule, read if places is None else places.view(rule.needs)) for rule in wanted)
            return merge_findings([list(_findings(views))])
        except Exception:  # noqa: BLE001  a rule that raises answers for its text alone
            return None


def _findings(views: Iterable[tuple[Rule, PlainText]]) -> Iterator[Finding]:
    found = (Finding(rule.entity_type, *span) for rule, view in views for span in rule.spans(view))
    for count, finding in enumerate(found):
        if count >= _FINDINGS_MAX:
            message = f"more than {_FINDINGS_MAX} identifiers in one text"
            raise ValueError(message)
        yield finding
