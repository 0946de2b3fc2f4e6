"""Street addresses of many countries are covered whole; roads and numbers in talk are not."""

# ruff: noqa: RUF001  letters of Russian

import re
from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.address_needs import cue_need, led_need, part_need, type_need
from pipelines.filtering.privacy.address_parts import Parts
from pipelines.filtering.privacy.address_scans import number_first, type_first
from pipelines.filtering.privacy.address_tail import read_parts, shared
from pipelines.filtering.privacy.address_words import read_words
from pipelines.filtering.privacy.match_windows import Places
from pipelines.filtering.privacy.prefilter import plain
from pipelines.filtering.privacy.recognisers_address import ADDRESS_RULES
from pipelines.filtering.privacy.rules import IdentifierRules

FOUND = {
    "i'm at 27 tulip lane apt 4": "27 tulip lane apt 4",
    "send it to Flat 6, 19 Orchard Rise, Leeds LS6 2AB": "Flat 6, 19 Orchard Rise",
    "my address is 310 Whitlock": "310 Whitlock",
    "h.no. 18, tilak nagar, pune 411030": "h.no. 18, tilak nagar",
    "vivo en calle de las acacias 14, 3º b": "calle de las acacias 14",
    "Cra. 15 # 82-30 apto 501": "15 # 82-30",
    "Diagonal 80 N° 1421, La Plata": "Diagonal 80 N° 1421",
    "abito in via dei pini 9": "via dei pini 9",
    "moro na rua do sol, 55 apto 12": "rua do sol, 55 apto 12",
    "j'habite 8 ter impasse des mimosas": "8 ter impasse des mimosas",
    "ich wohne am alten markt 3": "am alten markt 3",
    "Kastanienallee 71b, 10435 Berlin": "Kastanienallee 71b",
    "stuur het naar de tulpenstraat 8": "tulpenstraat 8",
    "mieszkam na ul. Kwiatowej 5/12": "ul. Kwiatowej 5/12",
    "alamat saya jl. kenanga no. 4 rt 02": "jl. kenanga no. 4 rt 02",
    "adresim Lale Sokak No: 9 Kat: 2": "Lale Sokak No: 9 Kat: 2",
    "живу на улице Гоголя, дом 18, кв 3": "улице Гоголя, дом 18, кв 3",
    "عنواني شارع الزيتون رقم 7": "شارع الزيتون رقم 7",
    "我家在杭州市西湖区文三路259号": "文三路259号",
    "住所は京都市左京区一乗寺4丁目5番6号です": "一乗寺4丁目5番6号",
    "주소는 대전광역시 유성구 대학로 99입니다": "유성구 대학로 99",
    "मकान नंबर 72, गली नंबर 6 में आओ": "मकान नंबर 72, गली नंबर 6",
    "gali no 9, house no 33 pe aa jao": "gali no 9, house no 33",
    "kerkstr 88 bus 3, 9000 gent": "kerkstr 88 bus 3",
    "aula 3, poi abito in via dei pini 9": "via dei pini 9",
    "room 12, 45 oak street": "45 oak street",
    "blk 214 bishan st 23 #08-117": "blk 214 bishan st 23 #08-117",
    "kwiatowa 14/7 klatka b": "kwiatowa 14/7",
    "steenweg op brussel 402": "steenweg op brussel 402",
    "我住滨江花城2期6栋": "滨江花城2期6栋",
    "勤務先は丸の内1-9-2": "丸の内1-9-2",
    "hanuman mandir ke paas makan 8": "hanuman mandir ke paas makan 8",
    "лесная 2а, зелёный забор": "лесная 2а",
}
NOT_FOUND = (
    "we drove 300 miles down the road",
    "a two way street, 2 way traffic",
    "i live 10 minutes from the main street",
    "she scored 3 goals on the field",
    "calle y plaza son palabras",
    "el camino de 800 km es largo",
    "via 2 ore fa",
    "ich warte seit 3 tagen auf dem parkplatz 12 mal",
    "der weg 5 kilometer weit",
    "jalan kaki 20 menit",
    "улица была пуста 5 минут",
    "坐地铁1号线去街上",
    "第3番目の問題",
    "정말로 3 시간 걸렸어",
    "the temperature was 21 of the usual sort",
    "salle 304 batiment b",
    "1 4 9 16 25 la suite c koi",
    "loyer 780 cc pr 42 m2",
    "prendi il 27 poi la m2 fino a cadorna",
    "vlucht kl1482 gate d24",
    "pak tram 12 of bus 346",
    "انا بغرفة 412 الدور الرابع",
    "423 wali bus pakad lajpat nagar tk",
    "nos vemos en la plaza a las 8",
)


def covered(text: str, telling: str) -> bool:
    """Say whether every letter and digit of the part to hide is in a finding."""
    (findings,) = IdentifierRules(types=("STREET_ADDRESS",)).find([text])
    hidden = {place for f in findings or () for place in range(f.start, f.end)}
    at = text.index(telling)
    return {at + k for k, sign in enumerate(telling) if sign.isalnum()} <= hidden


@pytest.mark.parametrize("text", FOUND)
def test_an_address_is_covered_whole(text: str) -> None:
    """A house number left next to the placeholder, with a town, is the address."""
    assert covered(text, FOUND[text])


@pytest.mark.parametrize("text", NOT_FOUND)
def test_ordinary_talk_has_no_address(text: str) -> None:
    """Roads, ways and counts are what people talk of every day."""
    assert IdentifierRules(types=("STREET_ADDRESS",)).find([text]) == [[]]


@given(
    st.lists(st.sampled_from([*FOUND, *NOT_FOUND]), max_size=4), st.sampled_from(["\n", ". ", " "])
)
def test_the_screen_loses_no_address(texts: list[str], between: str) -> None:
    """What a rule needs must be in every text that it matches, and near the match in a long one."""
    text = (between + "x " * 300).join(texts)
    read = plain(text)
    for rule in ADDRESS_RULES:
        whole = list(rule.scan(read))
        assert not whole or rule.needs.met_by(read)
        assert set(whole) <= set(rule.scan(Places(read).view(rule.needs)))


@pytest.mark.parametrize(
    "text",
    [
        "vivo en la calle Mayor s/n, Toledo",
        "Avenida Principal s/n",
        "ti aspetto in via Verdi snc",
        "moro na Rua das Flores, s/n",
    ],
)
def test_a_house_without_a_number_needs_no_digit(text: str) -> None:
    """Most texts have no digit, so rules are not tried there: what stands for one must count."""
    types = ("STREET_ADDRESS",)
    found = IdentifierRules(types=types, screened=False).find([text])

    assert found != [[]]
    assert IdentifierRules(types=types).find([text]) == found


_PARTS = {code: words for code, words in read_parts().items() if isinstance(words, Mapping)}
_BESIDE = [
    " ",
    "\n",
    "\x1c",
    ".",
    ",",
    "-",
    "/",
    ":",
    "#",
    "@",
    "n°",
    "no.",
    "nr ",
    "1",
    "12",
    "a",
    "é",
]


@pytest.mark.parametrize("code", sorted(_PARTS))
@given(data=st.data())
def test_a_text_with_a_part_holds_what_the_part_needs(code: str, data: st.DataObject) -> None:
    """The pattern for Rust is rougher than the rule: where it is finer, an address is lost."""
    words = _PARTS[code]
    listed = [word for kind in ("strong", "weak", "behind", "lone", "cue") for word in words[kind]]
    said = st.sampled_from([*_BESIDE, *listed])
    text = plain("".join(data.draw(st.lists(said, max_size=8)))).lower
    parts = Parts(words)

    for pattern, need in ((parts.pattern, part_need(words)), (parts.cue, cue_need(words["cue"]))):
        if pattern is not None and pattern.search(text):
            assert re.search(need, text)
            assert pl.Series([text]).str.contains(need).all()


@pytest.mark.parametrize("code", sorted(read_words()["type_first"]))
@given(data=st.data())
def test_a_text_with_a_street_holds_what_its_type_needs(code: str, data: st.DataObject) -> None:
    """The same for streets whose type stands first."""
    words = read_words()["type_first"][code]
    listed = [word for kind in ("strong", "weak", "number") for word in words[kind]]
    said = st.sampled_from([*_BESIDE, *listed, " mayor", " Roma 12", " 7,", "s/n", " snc"])
    read = plain("".join(data.draw(st.lists(said, max_size=8))))

    needs = type_need([*words["strong"], *words["weak"], *words.get("numbered", ())])
    if list(type_first(words)(read)):
        assert re.search(needs, read.lower)
        assert pl.Series([read.lower]).str.contains(needs).all()


@given(data=st.data())
def test_a_text_with_a_number_before_its_type_holds_what_it_needs(data: st.DataObject) -> None:
    """The same for streets of France, whose type a number leads to."""
    words = read_words()["number_first"]["fr"]
    listed = [word for kind in ("strong", "weak", "between") for word in words[kind]]
    said = st.sampled_from([*_BESIDE, *listed, "12 ", "7, ", " bis ", "\n", " haute", " Lilas"])
    read = plain("".join(data.draw(st.lists(said, max_size=8))))

    if list(number_first(words)(read)):
        needs = led_need([*words["strong"], *words["weak"]])
        assert re.search(needs, read.lower)
        assert pl.Series([read.lower]).str.contains(needs).all()


@given(
    st.sets(st.text(alphabet="ab .", min_size=1, max_size=4), max_size=8),
    st.sets(st.text(alphabet="ab", max_size=3).map(lambda said: f"{said}*"), max_size=2),
    st.text(alphabet="ab .", max_size=12),
)
def test_words_that_share_a_beginning_match_as_in_a_list(
    words: set[str], open_words: set[str], text: str
) -> None:
    """A tree of words must take the word that their list took, also where it has to give it up."""
    ordered = sorted(words | open_words, key=lambda word: (-len(word), word))
    listed, tree = "|".join(map(_said, ordered)), shared(ordered, _said)

    for end in ("", r"\.", "(?!a)"):
        plain_list, shared_tree = re.compile(f"(?:{listed}){end}"), re.compile(f"(?:{tree}){end}")
        assert [m.span() for m in shared_tree.finditer(text)] == [
            m.span() for m in plain_list.finditer(text)
        ]


def _said(rest: str) -> str:
    return re.escape(rest).replace(r"\*", "[ab]{0,2}")
