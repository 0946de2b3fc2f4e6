"""Rules for what tells who somebody is: names that are said, dates of birth, plates."""

# ruff: noqa: RUF001, SIM905  a pattern or word list is read as one line

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.fiction import FICTION
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, by_pattern

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|"
    "julio|agosto|septiembre|octubre|noviembre|diciembre|mai|juin|juillet|janvier|février|mars"
    "|avril|août|septembre|octobre|novembre|décembre|januar|februar|märz|juni|juli|oktober"
    "|dezember|"
    "janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|जनवरी|फरवरी|मार्च|अप्रैल|मई"
    "|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर|"
    "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart"
    "|mei|augustus|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|"
    "października|listopada|grudnia|maret|agustus|desember|ocak|şubat|mart|nisan|mayıs|haziran"
    "|temmuz|ağustos|eylül|ekim|kasım|aralık|января|февраля|марта|апреля|мая|июня|июля"
    "|августа|"
    "сентября|октября|ноября|декабря|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر"
    "|نوفمبر|ديسمبر"
)
_DATE = (
    rf"\d{{4}} ?[年년] ?\d{{1,2}} ?[月월] ?\d{{1,2}} ?[日일]"
    rf"|\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{2,4}}"
    rf"|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of "
    rf"|de )?(?:{_MONTH})\.?,? (?:of |de |del )?\d{{4}}|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd"
    rf"|rd|th)?,? \d{{4}}"
)
_BIRTH = (
    rf"(?<!\w)(?:born|birth ?date|date of birth|d\.?o\.?b\.?|birthday|b-?day|fecha de nacimiento"
    rf"|nac[ií](?:d[oa])?|cumpleaños|janm\w{{0,10}}|जन्म\w{{0,10}}|geboren|geburtsdatum"
    rf"|geboortedatum|né(?:e|\(e\))? le|date de naissance|nat[oa] (?:il|l'|a)"
    rf"|data di nascita|nascid[oa]|nasci|data de nascimento|data urodzenia|urodził\w{{0,4}}"
    rf"|urodzon\w{{1,2}}|tanggal lahir|lahir|doğum(?:um|u)?(?: tarihi\w{{0,3}})?|doğdum"
    rf"|تاريخ الميلاد|تاريخ ميلادي|مواليد|ولدت|дата рождения|родил(?:ся|ась)|день рождения"
    rf"|出生|生日|生年月日|誕生日|생년월일|생일|태어)[^\d\n]{{0,25}}?({_DATE})(?!\d)"
)
_PLATE = (
    r"(?<!\w)(?i:licen[sc]e plate|number plate|plate(?: number)?|registration(?: number)?"
    r"|matr[ií]cula|placas?|gaadi (?:ka )?(?:number|no)|car number)"
    r"[^\w\n]{0,3}(?i:\s?(?:is|es|was|hai|number|no)){0,2}[\s:#\"']{1,3}((?=[A-Z0-9 -]{0,9}\d)"
    r"(?=[A-Z0-9 -]{0,9}[A-Z])[A-Z0-9]{1,10}(?:[ -]?[A-Z0-9]{1,4}){0,3})(?!\w)"
)

_NAME_WORD = r"(?!है|हैं|और|भी|क्या|नहीं|हूँ)[^\W\d_a-z][\w\u0900-\u0963'’.-]{0,24}"
_NAME = (
    rf"{_NAME_WORD}(?: (?:de |del |de la |da |dos |van |von |der |bin |al )?{_NAME_WORD}){{0,3}}"
)
_SAYS_NAME = re.compile(
    r"(?<!\w)(?i:my (?:full |real |first |last |nick|middle )?name(?: is|'s)|the name(?: is|'s)"
    r"|me llamo|mi nombre(?: completo| real)? es|mer[aei] (?:pura |poora |asli )?naam"
    r"|meu nome [eé]|je m'appelle|ich hei(?:ß|ss)e|mi chiamo|(?:my friends|everyone|everybody"
    r"|people|they|mis amigos|todos)(?: just| me)? (?:call me|calls me|llaman)"
    r"|मेरा (?:पूरा |असली )?नाम)\s{1,2}[\"'*]?"
    rf"(?P<name>{_NAME}|[^\W\d_A-Z][^\W\d_]{{1,20}}(?=\s?(?:[.,!?;\"*)\n]|\Z|and\b|but\b|y\b|hai\b"
    rf"|है|aur\b|और)))"
)
_NO_NAMES = frozenset(
    "a an the not in is on it too so very really what kya nahi your my his her their this that "
    "unknown secret important irrelevant taken cool weird strange "
    "funny pretty ugly common rare long short boring hard easy different spelled pronounced "
    "written mud none nothing everything no yes kuch bhi bhool bhi क्या नहीं "
    "un una el la muy no tan raro feo bonito".split()
)


def scan_names(text: PlainText) -> Iterator[Span]:
    """Find the name that somebody says is theirs, whatever a model thinks of it."""
    for match in text.matches(_SAYS_NAME, cased=True):
        said = match["name"].rstrip(".-'’")
        first = said.split()[0].lower()
        own = (
            not said.islower()
            or "call" not in match[0][: match.start("name") - match.start()].lower()
        )
        # "everyone calls me crazy"
        if len(said) > 1 and first not in _NO_NAMES and own and said.lower() not in FICTION:
            yield match.start("name"), match.start("name") + len(said), 0.9


PERSONAL_RULES = (
    Rule(
        "PERSON",
        Needs(
            any_of=(
                "name",
                "llam",
                "nombre",
                "naam",
                "call",
                "nome",
                "appelle",
                "hei",
                "chiamo",
                "नाम",
            ),
            reach=220,
        ),
        scan_names,
    ),
    Rule("DATE_OF_BIRTH", Needs(digits=4, within=40, reach=100), by_pattern(_BIRTH, 0.85, group=1)),
    Rule(
        "LICENSE_PLATE",
        Needs(
            digits=1,
            any_of=("plate", "registration", "matr", "placa", "gaadi", "car number"),
            reach=120,
        ),
        by_pattern(_PLATE, 0.7, cased=True, group=1),
    ),
)
