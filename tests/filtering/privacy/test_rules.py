"""Identifier rules find what identifies and leave what only looks like it."""

import random
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import LocalRecognizer

from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy import (
    prefilter,
    recognisers_arrived,
    recognisers_contact,
    recognisers_email,
    recognisers_finance,
    recognisers_handle,
    recognisers_key,
    recognisers_national,
    recognisers_personal,
    recognisers_phone,
    recognisers_plate,
    recognisers_secret,
    recognisers_spelled,
)
from pipelines.filtering.privacy.findings import SHARP, Finding
from pipelines.filtering.privacy.prefilter import Screen, plain
from pipelines.filtering.privacy.presidio_recognisers import presidio_recognisers
from pipelines.filtering.privacy.redaction import redact
from pipelines.filtering.privacy.rules import RULES as RECOGNISED
from pipelines.filtering.privacy.rules import IdentifierRules

PAGE = (
    " She walked on, and somewhere over the quiet hills a bell was heard; no one knew its name."
    * 13
)
"""Longer than what these tests let be read without a search for candidate positions first."""

SAID = [
    ("EMAIL_ADDRESS", "write to <ana.ruiz+x@mail.example.co.uk>."),
    ("EMAIL_ADDRESS", "<क.ख@उदाहरण.भारत> likho"),
    ("EMAIL_ADDRESS", "it is <john at example dot com>"),
    ("STREET_ADDRESS", "escríbeme al <apartado de correos 1234>"),
    ("STREET_ADDRESS", "vivo en <urb. Los Pinos 5>"),
    ("DATE_OF_BIRTH", "born <1/2/85>"),
    ("API_KEY", "<github_pat_11ABCDEFG0abcdefghijklmnopqrstuvwxyz>"),
    ("IP_ADDRESS", "at <fe80:cafe:babe:dead:beef:fade:face:feed> now"),
    ("PHONE_NUMBER", "dial <three four six seven eight nine three>"),
    ("US_SSN", "SSN <\u0d67\u0d68\u0d69-45-6789>"),
    ("PHONE_NUMBER", "call <+1 (202) 555-0143> now"),
    ("PHONE_NUMBER", "<(202) 555-0143>"),
    ("PHONE_NUMBER", "my number is <9876543210>"),
    ("PHONE_NUMBER", "<+91 98765 43210> pe call karo"),
    ("PHONE_NUMBER", "mi móvil es <612 345 678>"),
    ("PHONE_NUMBER", "<020 7946 0958>"),
    ("PHONE_NUMBER", "<+49 30 901820>"),
    ("PHONE_NUMBER", "<९८७६५ ४३२१०> पर कॉल करो"),
    ("PHONE_NUMBER", "call <five five five oh one two three four>"),
    ("CREDIT_CARD", "card <4111 1111 1111 1111> exp 12/26"),
    (
        "CREDIT_CARD",
        "card <\uff14\uff11\uff11\uff11 1111 1111 1111>",
    ),
    ("CREDIT_CARD", "card <4111-1111-\u200b1111-1111>"),
    ("IBAN_CODE", "pay <GB82 WEST 1234 5698 7654 32> please"),
    ("IBAN_CODE", "<de89370400440532013000>"),
    ("US_SSN", "SSN <123-45-6789>"),
    ("US_SSN", "my social security is <123456789>"),
    ("US_ITIN", "<912-78-1234>"),
    ("UK_NINO", "<AB 12 34 56 C>"),
    ("UK_NHS", "nhs <943 476 5919>"),
    ("IN_AADHAAR", "<2341 2341 2346>"),
    ("IN_PAN", "<ABCPE1234F>"),
    ("ES_NIF", "dni <12345678Z>"),
    ("ES_NIE", "<X1234567L>"),
    ("MX_CURP", "<HEGG560427MVZRRL04>"),
    ("BR_CPF", "<529.982.247-25>"),
    ("DE_TAX_ID", "steuer-id <86095742719>"),
    ("PASSPORT", "passport no <AB1234567>"),
    ("IP_ADDRESS", "from <203.0.113.7>"),
    ("IP_ADDRESS", "<2001:db8::ff00:42:8329>"),
    ("MAC_ADDRESS", "<00:1a:2b:3c:4d:5e>"),
    ("URL", "<https://example.com/?a=1&token=abcd1234> this"),
    ("URL", "<https://facebook.com/jane.doe.7>"),
    ("CRYPTO", "<1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa>"),
    ("CRYPTO", "<0x52908400098527886E0F7030069857D2E4169EE7>"),
    ("API_KEY", "use <sk-proj-abcdefghijklmnopqrstuvwxyz123456>"),
    ("API_KEY", "api key is <9f8a7b6c5d4e3f2a1b0c>"),
    ("PASSWORD", "my password is <hunter2!>"),
    ("PASSWORD", "mera password <kitkat99> hai"),
    ("PASSWORD", "contraseña: <Sol2024x>"),
    ("STREET_ADDRESS", "at <742 Evergreen Terrace>, ok"),
    ("STREET_ADDRESS", "vivo en <Calle Mayor 23> ahora"),
    ("STREET_ADDRESS", "<House No. 12, Gandhi Nagar, Pune>"),
    ("DATE_OF_BIRTH", "born on <4 May 1990>"),
    ("GPS_COORDINATES", "at <40.712776, -74.005974>"),
    ("SOCIAL_HANDLE", "insta: <@lola.x9>"),
    ("LICENSE_PLATE", "plate is <MH12AB1234>"),
    ("PERSON", "my name is <zorbak>, hi"),
    ("PERSON", "mera naam <Keshav Iyer> hai"),
    ("PERSON", "मेरा नाम <केशव> है"),
    ("PHONE_NUMBER", "Tfno.<+34679802102>"),
    ("PHONE_NUMBER", "tel. <670.97.10.26>"),
    ("PHONE_NUMBER", "you can call <33 93 31>"),
    ("PHONE_NUMBER", "我的<+49 30 901820>号"),
    ("EMAIL_ADDRESS", "<john[at]example[dot]com>"),
    ("EMAIL_ADDRESS", "<priya at the rate gmail dot com>"),
    ("EMAIL_ADDRESS", "write to <john dot smith at example dot com>"),
    ("CREDIT_CARD", "card <four" + " one" * 15 + ">"),
    ("US_SSN", "my ssn is <1 2 3 4 5 6 7 8 9>"),
    ("US_ITIN", "my itin is <912781234>"),
    ("US_DRIVER_LICENSE", "DL number: <A123-4567-8901>"),
    ("ES_NIF", "我的<12345678Z>号"),
    ("URL", "(<https://bob:pw1234@example.com/x>)."),
    ("URL", "telegram <t.me/foo_bar>"),
    ("SOCIAL_HANDLE", "follow me on instagram <lola_x9>"),
    ("GPS_COORDINATES", "<lat 19.0760 lon 72.8777>"),
    ("GPS_COORDINATES", "<40.7128° N, 74.0060° W>"),
    ("STREET_ADDRESS", "<Rua das Flores, 123, Lisboa>"),
    ("STREET_ADDRESS", "<Kerkstraat 12>"),
    ("STREET_ADDRESS", "my zip code is <62704>"),
    ("STREET_ADDRESS", "<USS Miller FPO AP 08653>"),
    ("DATE_OF_BIRTH", "né? born <4 mai 1990>"),
]
ALIKE = [
    "order 1234567890123456 shipped",
    "order #9876543210",
    "it costs $1,299.00, was 1 299 000",
    "on 2024-05-06 at 10:30:15",
    "ISBN 978-3-16-148410-0",
    "version 1.2.3.4 of 2023.10.05",
    "we won 21-14 and 3-2",
    "from 1998-2002 until 2010",
    "3.14159265358979",
    "the password is incorrect",
    "I forgot my password, it is required",
    "he said at 10 dot",
    "call 911 or 100",
    "@ 5 pm @home",
    "instagram is great",
    "chapter 12, verse 4 of 1984",
    "१२३४५६७८९",
    "a token of my love",
    "my name is not important",
    "everyone calls me crazy",
    "NºCol: 02 02 25631",
    "Episodio: 4463083",
    "NASS: 02 465497132 12",
    "",
    "\x00",
    "\u0301",
]


def split(marked: str) -> tuple[str, str]:
    """Return the text without its marks, and the marked part."""
    before, _, rest = marked.partition("<")
    said, _, after = rest.partition(">")
    return before + said + after, said


def find(rules: IdentifierRules, text: str) -> list[Finding]:
    """Return what the rules find in one text that must not fail."""
    (findings,) = rules.find([text])
    assert findings is not None
    return findings


@pytest.mark.parametrize(("entity_type", "marked"), SAID)
def test_an_identifier_is_found_to_the_character(
    identifier_rules: IdentifierRules, entity_type: str, marked: str
) -> None:
    """A character too few is published; one too many is lost text."""
    text, said = split(marked)

    assert [(f.entity_type, text[f.start : f.end]) for f in find(identifier_rules, text)] == [
        (entity_type, said)
    ]


@pytest.mark.parametrize("text", ALIKE)
def test_what_only_looks_like_an_identifier_is_left(
    identifier_rules: IdentifierRules, text: str
) -> None:
    """A false card drops a good sample."""
    assert find(identifier_rules, text) == []


PARTS = st.sampled_from([split(marked)[0] for _, marked in SAID] + ALIKE)
TEXTS = st.lists(PARTS | st.text(max_size=12), max_size=4).map(" ".join)


@given(TEXTS)
def test_the_screen_loses_nothing(
    identifier_rules: IdentifierRules, unscreened_rules: IdentifierRules, text: str
) -> None:
    """The prefilter only saves work: the findings are the same without it."""
    assert identifier_rules.find([text]) == unscreened_rules.find([text])


FORMS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": re.compile(value)
    for module in (
        recognisers_arrived,
        recognisers_contact,
        recognisers_email,
        recognisers_finance,
        recognisers_handle,
        recognisers_key,
        recognisers_national,
        recognisers_personal,
        recognisers_phone,
        recognisers_plate,
        recognisers_secret,
        recognisers_spelled,
    )
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern)
    or (isinstance(value, str) and "(?" in value and name.startswith("_"))
}
"""Every expression that a rule is made of, and parts of them."""


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=6)
@given(data=st.data())
def test_whatever_a_rule_can_match_contains_its_needs(
    identifier_rules: IdentifierRules,
    unscreened_rules: IdentifierRules,
    form: str,
    data: st.DataObject,
) -> None:
    """Alone, and in the middle of a long text of which only the places that matter are read."""
    said = data.draw(st.from_regex(FORMS[form]))
    for text in (said, PAGE + said + PAGE):
        assert identifier_rules.find([text]) == unscreened_rules.find([text])


@given(
    st.lists(PARTS, min_size=1, max_size=6), st.integers(0, 3), st.randoms(use_true_random=False)
)
def test_a_long_text_is_read_wherever_a_match_is_possible(
    identifier_rules: IdentifierRules,
    unscreened_rules: IdentifierRules,
    parts: list[str],
    pages: int,
    chance: random.Random,
) -> None:
    """What is between two identifiers, and how far apart they are, changes nothing."""
    gaps = [PAGE[: chance.randrange(len(PAGE))] * pages for _ in parts]
    text = PAGE + " ".join(f"{gap} {part}" for gap, part in zip(gaps, parts, strict=True))
    assert identifier_rules.find([text]) == unscreened_rules.find([text])


@given(TEXTS)
def test_findings_are_spans_of_their_text_without_overlap(
    identifier_rules: IdentifierRules, text: str
) -> None:
    """The tables promise offsets that can be cut out."""
    findings = find(identifier_rules, text)

    assert all(
        0 <= f.start < f.end <= len(text) and text[f.start : f.end].strip() for f in findings
    )
    assert all(left.end <= right.start for left, right in pairwise(findings))


@pytest.mark.parametrize(
    "marked",
    [
        marked
        for kind, marked in SAID
        if kind in SHARP and "five" not in marked and "social" not in marked
    ],
)
def test_the_rescan_of_a_redacted_text_is_silent(
    identifier_rules: IdentifierRules, marked: str
) -> None:
    """The gate scans what is published: a placeholder must not look like an identifier."""
    text, _ = split(marked)

    assert identifier_rules.find(redact([text], [find(identifier_rules, text)])) == [[]]


@pytest.mark.parametrize("around", ["{}", "({})", "x {}\n", "«{}»", "{}, {}", "see:{}."])
@pytest.mark.parametrize(
    "said", ["ana@example.com", "4111111111111111", "123-45-6789", "GB82WEST12345698765432"]
)
def test_the_same_text_is_found_anywhere(
    identifier_rules: IdentifierRules, said: str, around: str
) -> None:
    """What was found once is looked for in every published table."""
    text = around.format(said, said)

    assert [text[f.start : f.end] for f in find(identifier_rules, text)] == [said] * text.count(
        said
    )


HOSTILE = [
    "7",
    "@",
    "a.",
    "4 ",
    "a@a.aa ",
    "(202) 555-0143 ",
    "4111 1111 1111 1111 ",
    "1.1.1.1 ",
    "password is ",
    "calle a ",
    "http://a&",
    "apt 5 a ",
    "one two ",
    "my name is A ",
    "x at y dot ",
    "00:",
    "Via A ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_cost_grows_with_length_not_with_its_square(
    identifier_rules: IdentifierRules, unit: str
) -> None:
    """A megabyte of anything must not delay the batch; ten times the text costs ten times."""
    seconds = []
    for chars in (4_000, 40_000):
        started = time.process_time()
        identifier_rules.find([unit * (chars // len(unit))])
        seconds.append(time.process_time() - started)

    assert seconds[1] < 40 * seconds[0] + 0.5


def test_the_screen_picks_the_rules_whose_needs_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """One pass over the batch must find what a pass over each text finds; a lone surrogate too."""
    monkeypatch.setattr(prefilter, "_ROWS_MIN", 1)  # patterns are asked for in large batches alone
    texts = [*(split(marked)[0] for _, marked in SAID), *ALIKE, "\uff23all me \uff14"]
    needs = [rule.needs for rule in RECOGNISED]

    for batch in (texts, [*texts, "\ud800 call"]):
        reads = [plain(text) for text in batch]
        assert Screen(needs).pick(reads) == [
            tuple(i for i, need in enumerate(needs) if need.met_by(read)) for read in reads
        ]


def test_a_text_of_too_many_identifiers_fails_alone(identifier_rules: IdentifierRules) -> None:
    """It goes to a person, never through; its neighbours are answered."""
    texts = ["4111 1111 1111 1111 " * 5001, "SSN 123-45-6789"]

    assert identifier_rules.find(texts) == [None, [Finding("US_SSN", 4, 15, 0.95)]]


def test_an_answer_depends_on_its_text_alone(identifier_rules: IdentifierRules) -> None:
    """Batches and order differ from run to run, the rows must not."""
    texts = [split(marked)[0] for _, marked in SAID]

    assert identifier_rules.find(texts[::-1])[::-1] == [
        identifier_rules.find([text])[0] for text in texts
    ]


def test_the_rules_are_recognisers_of_presidio() -> None:
    """So any analyzer can use them: by text and entities, with scores."""
    recognizer, _ = presidio_recognisers(["US_ITIN"])

    results = recognizer.analyze("912-78-1234", ["US_ITIN"])
    assert isinstance(recognizer, LocalRecognizer)
    assert [(r.entity_type, r.start, r.end, r.score) for r in results] == [("US_ITIN", 0, 11, 0.85)]


def test_wrong_options_are_named() -> None:
    """All faults at once, before any work."""
    with pytest.raises(ConfigurationError, match=r"find no NONE\. Known here: .*\n.*take no path"):
        IdentifierRules(Path("x"), types=["NONE"])


def test_other_rules_have_another_revision(identifier_rules: IdentifierRules) -> None:
    """Scores are kept by revision: other rules must not reuse them."""
    assert identifier_rules.revision == IdentifierRules().revision
    assert identifier_rules.revision != IdentifierRules(types=["US_SSN"]).revision


@pytest.mark.parametrize("blank", ["\x1c", "\x85", "\u2028", "\t", "\u3000", "\u00a0", ""])
@pytest.mark.parametrize("sign", ["@", "at", "ät", "एट"])
def test_any_blank_inside_brackets_leads_to_an_address(
    blank: str, sign: str, identifier_rules: IdentifierRules, unscreened_rules: IdentifierRules
) -> None:
    """The prefilter knows every blank that the rule's pattern allows."""
    text = f"ada<{blank}{sign}>example.com"

    assert identifier_rules.find([text]) == unscreened_rules.find([text]) != [[]]
