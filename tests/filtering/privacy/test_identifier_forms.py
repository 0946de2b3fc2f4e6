"""Identifiers as people type them are covered whole or not found, never in part."""

# ruff: noqa: RUF001, SIM905  words of many scripts, read as one line

import random
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.rules import IdentifierRules
from tests.filtering.amount_lookalikes import TEMPLATES, write_amount_lookalikes

RULES = IdentifierRules()
SEPARATORS = (" ", ".", "/", "_", ", ", "-", " - ", "\t", "\n", "  ", "\u00a0", "\u2013", "\u00b7")


def found(text: str) -> list[Finding]:
    """Return what the rules find in one text that must not fail."""
    (findings,) = RULES.find([text])
    assert findings is not None
    return findings


def covers(text: str, said: str) -> bool:
    """Is the first place of a string covered by one finding?"""
    start = text.index(said)
    return any(f.start <= start and start + len(said) <= f.end for f in found(text))


@pytest.mark.parametrize(
    ("before", "groups", "behind"),
    [
        ("the card is ", ("5425", "2334", "3010", "9903"), " thanks"),
        ("amex ", ("3782", "822463", "10005"), ""),
        ("mi tarjeta: ", ("4539", "7812", "5061", "9027"), ", gracias"),
        ("call me on ", ("98765", "43210"), " tonight"),
        ("my aadhaar is ", ("2341", "2341", "2346"), " ok"),
        ("my ssn is ", ("123", "45", "6789"), " ok"),
        ("mein steuer-id ist ", ("86", "095", "742", "719"), ""),
        ("mon numéro de sécu est ", ("2", "55", "08", "14", "168", "025", "38"), ""),
        ("my account number is ", ("5010", "0234", "5678", "91"), " hdfc"),
        ("nhs number ", ("943", "476", "5919"), ""),
        ("meu cpf é ", ("529", "982", "247", "25"), " viu"),
        ("pay to ", ("GB82", "WEST", "1234", "5698", "7654", "32"), " please"),
    ],
)
def test_whatever_is_between_the_groups(before: str, groups: tuple[str, ...], behind: str) -> None:
    """People write dots, slashes, line breaks; the last group is removed with the first."""
    texts = [(before + mark.join(groups) + behind, mark.join(groups)) for mark in SEPARATORS]

    assert [said for text, said in texts if not covers(text, said)] == []


@pytest.mark.parametrize(
    "said",
    [
        "\uff19\uff18\uff17\uff16\uff15\uff14\uff13\uff12\uff11\uff10",
        "".join(f"{d}\ufe0f\u20e3" for d in "9876543210"),
        "٩٨٧٦٥٤٣٢١٠",
        "९८७६५४३२१०",
        "⑨⑧⑦⑥⑤④③②①⓪",
        "double nine 8 triple seven 4 3 2 1",
        "nine eight double seven six five four one two",
        "नौ आठ सात डबल पाँच चार तीन दो एक शून्य",
        "nau aath saat chhe paanch char teen do ek shunya",
        "seis uno dos tres cuatro cinco seis siete ocho",
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "null eins sieben sechs zwei vier drei acht neun fünf",
        "nove um dois três quatro oito seis sete oito",
        "tre quattro sette uno otto cinque sei nove zero due",
    ],
)
def test_digits_of_other_signs_and_in_words(said: str) -> None:
    """People write numbers like this to hide them."""
    text = f"call me, my number is {said} ok?"

    assert [(f.entity_type, text[f.start : f.end]) for f in found(text)] == [("PHONE_NUMBER", said)]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("nina.rao @ outlook . com", "EMAIL_ADDRESS"),
        ("nina.rao@ outlook.com", "EMAIL_ADDRESS"),
        ("nina_rao[at]outlook.com", "EMAIL_ADDRESS"),
        ("nina.rao (at) outlook (dot) com", "EMAIL_ADDRESS"),
        ("nina dot rao at outlook dot com", "EMAIL_ADDRESS"),
        ("nina.rao at gmail.com", "EMAIL_ADDRESS"),
        ("nina arroba correo punto es", "EMAIL_ADDRESS"),
        ("nina chiocciola libero punto it", "EMAIL_ADDRESS"),
        ("nina@xn--bcher-kva.example", "EMAIL_ADDRESS"),
        ("nina@beispiel.xn--p1ai", "EMAIL_ADDRESS"),
        ("नीना@उदाहरण.भारत", "EMAIL_ADDRESS"),
        ("nina.rao@oksbi", "UPI_ID"),
        ("9812345678@ybl", "UPI_ID"),
        ("::ffff:192.168.1.77", "IP_ADDRESS"),
        ("2001:db8::10.0.0.1", "IP_ADDRESS"),
        ("10.20.0.0/16", "IP_ADDRESS"),
        ("+1 415 555 0132 ext. 4471", "PHONE_NUMBER"),
        ("(415) 555-0132 x12", "PHONE_NUMBER"),
        ("48°51'29.6\"N 2°17'40.2\"E", "GPS_COORDINATES"),
        ("28.6139° N, 77.2090° E", "GPS_COORDINATES"),
        ("12.9716° S 38.5014° W", "GPS_COORDINATES"),
        ("KA 05 MJ 4321", "LICENSE_PLATE"),
        ("MH-12-AB-1234", "LICENSE_PLATE"),
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "it is {} ok", "({})", "see: {}, ok", "是 {} 。", "\n{}\n"]
)
def test_one_finding_covers_it_whole(said: str, kind: str, around: str) -> None:
    """No digit or letter of it may be left next to the placeholder."""
    text = around.format(said)

    assert [(f.entity_type, text[f.start : f.end]) for f in found(text)] == [(kind, said)]


NATIONAL = [
    ("il mio codice fiscale è {}", "RSSMRA85T10A562S", "IT_FISCAL_CODE"),
    ("mój PESEL to {}", "44051401458", "PL_PESEL"),
    ("我的身份证号码是{}，谢谢", "11010519491231002X", "CN_RIC"),
    ("o meu número de contribuinte é {}", "501964843", "PT_NIF"),
    ("my SIN number is {}", "046 454 286", "CA_SIN"),
    ("mijn bsn is {}", "111222333", "NL_BSN"),
    ("mon numéro de sécurité sociale : {}", "2 55 08 14 168 025 38", "FR_NIR"),
    ("mijn rijksregisternummer is {}", "85.07.30-033.28", "BE_NN"),
    ("TC kimlik numaram {}", "10000000146", "TR_NATIONAL_ID"),
    ("мой снилс {}", "112-233-445 95", "RU_SNILS"),
    ("мой паспорт {}", "4509 123456", "PASSPORT"),
    ("mi cuit es {}", "20-05536168-2", "AR_CUIT"),
    ("mi dni es {}", "30.111.222", "AR_DNI"),
    ("meu cnpj {}", "16.727.230/0001-97", "BR_CNPJ"),
    ("NIK saya {}", "3171011708450001", "ID_NIK"),
    ("رقم هويتي {}", "1000000008", "SA_NATIONAL_ID"),
    ("رقمي القومي هو {}", "29001011234567", "EG_NATIONAL_ID"),
    ("emirates id {}", "784-1990-1234567-1", "AE_EMIRATES_ID"),
    ("我的身分證字號是{}", "A123456789", "TW_ID"),
    ("my HKID is {}", "A123456(3)", "HK_ID"),
    ("私のマイナンバーは{}です", "123456789018", "JP_MY_NUMBER"),
    ("주민등록번호는 {}입니다", "971013-9019902", "KR_RRN"),
    ("my tax file number is {}", "123 456 782", "AU_TFN"),
    ("abn {}", "51 824 753 556", "AU_ABN"),
    ("my gstin is {}", "27AAPFU0939F1ZV", "IN_GSTIN"),
    ("mi rut es {}", "12.531.909-2", "CL_RUT"),
    ("mi cédula es {}", "1.020.715.345", "CO_CEDULA"),
    ("mein personalausweis {}", "C01X00T41", "DE_ID_CARD"),
    ("meine versichertennummer ist {}", "C000500021", "DE_HEALTH_INSURANCE"),
    ("my passport number is {}", "K1234567", "PASSPORT"),
    ("mi pasaporte es {}", "AAB123456", "PASSPORT"),
    ("我的护照号是{}", "E12345678", "PASSPORT"),
    ("my driving licence is {}", "MORGA657054SM9IJ", "UK_DRIVING_LICENCE"),
    ("mi clabe es {}", "032180000118359719", "BANK_ACCOUNT"),
    ("mein konto: {}", "0532013000", "BANK_ACCOUNT"),
    ("मेरा खाता नंबर {} है", "50100234567891", "BANK_ACCOUNT"),
    ("ifsc {}", "HDFC0001234", "BANK_ROUTING"),
    ("sort code {}", "20-00-00", "BANK_ROUTING"),
    ("swift code {}", "DEUTDEFF500", "BANK_ROUTING"),
]


@pytest.mark.parametrize(("around", "said", "kind"), NATIONAL)
def test_the_numbers_of_the_served_locales_beside_their_words(
    around: str, said: str, kind: str
) -> None:
    """A word in the language of the place says what the digits are."""
    text = around.format(said)

    assert [(text[f.start : f.end]) for f in found(text)] == [said]
    assert kind in {f.entity_type for f in found(text)}


PLANTED = [said for _, said, _ in NATIONAL] + [
    "4539 7812 5061 9027",
    "4539.7812.5061.9027",
    "+49 30 901820",
    "(202) 555-0143",
    "9876543210",
    "ana.ruiz@mail.example.co.uk",
    "GB82 WEST 1234 5698 7654 32",
    "123-45-6789",
    "2001:db8::ff00:42:8329",
    "::ffff:10.1.2.3",
    "00:1a:2b:3c:4d:5e",
    "40.712776, -74.005974",
    "KA 05 MJ 4321",
    "ravi.k@okaxis",
]
WORDS = st.sampled_from(
    "my number is|card|account|mi dni|konto|call me|कॉल|是|tel.|order|id:|ok|and|.|, "
    "|!|passport|pesel|cpf|ssn|(|)|at|\n".split("|")
)


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=4), st.sampled_from(PLANTED), st.lists(WORDS, max_size=3))
@example(["id:"], "51 824 753 556", [])
def test_an_identifier_is_covered_whole_or_not_at_all(
    before: list[str], said: str, behind: list[str]
) -> None:
    """Half a number next to a placeholder is half a number published."""
    text = " ".join((*before, said, *behind))
    start = len(" ".join(before)) + bool(before)
    touched = [f for f in found(text) if f.start < start + len(said) and start < f.end]
    covered = {i for f in touched for i in range(f.start, f.end)}

    left = [
        i for i in range(start, start + len(said)) if said[i - start].isalnum() and i not in covered
    ]
    assert not touched or left == []


@pytest.mark.parametrize(
    ("around", "said"),
    list(
        product(
            ["call me on tel{}now", "whatsapp{}ok please", "my number is ph{}", "手机{}谢谢"],
            ["9876543210"],
        )
    ),
)
def test_a_phone_that_is_glued_to_words(around: str, said: str) -> None:
    """Chat often lacks spaces."""
    assert covers(around.format(said), said)


@pytest.mark.parametrize(
    "text",
    [
        "please text me on 9876543210/9123456780 both are mine",
        "call 9876543210, 9123456780",
        "my numbers are 9876543210\n9123456780",
    ],
)
def test_two_phones_in_one_run_are_two(text: str) -> None:
    """A slash or a comma between two numbers hides neither."""
    assert [text[f.start : f.end] for f in found(text)] == ["9876543210", "9123456780"]


def test_each_template_of_amounts_and_codes_is_written_once_or_more() -> None:
    """A figure on a grammar without texts would mean nothing."""
    texts = [text for part in (0, 1) for _, text in write_amount_lookalikes(part)]

    assert len(texts) == 5 * len(TEMPLATES) > 500
    assert not any("{" in text for text in texts)


def test_one_amount_or_code_of_a_hundred_at_most_is_taken_for_an_identifier() -> None:
    """A false card drops a good sample, a false phone redacts one."""
    texts = [
        text for part in (0, 1) for _, text in write_amount_lookalikes(part, a_template=3, seed=9)
    ]

    taken = [text for text, findings in zip(texts, RULES.find(texts), strict=True) if findings]
    some = random.Random(1).sample(taken, min(5, len(taken)))  # noqa: S311
    assert len(taken) <= len(texts) // 100, some
