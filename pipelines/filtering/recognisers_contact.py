"""Rules for what reaches a person: e-mail, phone, network addresses, links, accounts."""

# ruff: noqa: E501, SIM905  a pattern or word list is read as one line

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from pipelines.filtering.recogniser import Rule, Scan, Span, bare, by_pattern, latin_edges, near
from pipelines.filtering.screen import Needs, PlainText

_LETTER = r"\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f"  # the vowel signs of a script are no \w
_LOCAL_MAX = 64  # RFC 5321, 4.5.3.1.1
_LOCAL_REVERSED = re.compile(rf"[{_LETTER}.%+&'-]{{1,64}}")
_LOCAL_EDGE = ".%+&'-"
_DOMAIN = re.compile(
    rf"(?:[^\W_](?:[{_LETTER}-]{{0,62}}(?<![-_]))?\.){{1,8}}(?:[^\W\d_][\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f]{{0,4}}){{2,24}}"
)
_SPELLED = (
    r"(?<![\w.])(?:[a-z0-9]{2,20}\s(?:dot|punto|underscore)\s)?[a-z0-9][\w.+-]{1,63}(?:\s{0,3}[(\[{<](?:at|arroba)[)\]}>]\s{0,3}|\s{1,3}(?:at(?: the rate(?: of)?)?|arroba)\s{1,3})"
    r"(?:[a-z0-9-]{2,63}(?:\s{0,3}[(\[{<](?:dot|punto)[)\]}>]\s{0,3}|\s{1,3}(?:dot|punto)\s{1,3})){1,4}[a-z]{2,24}(?!\w)"
)


def scan_emails(text: PlainText) -> Iterator[Span]:
    """Find e-mail addresses, international ones too, around every `@`.

    At most 64 characters before the `@` are read, so an address is found wherever it stands,
    whatever is glued to it.
    """
    at = text.text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text.text, at + 1)
        if domain:
            local = _LOCAL_REVERSED.match(text.text[max(0, at - _LOCAL_MAX) : at][::-1])
            name = local[0][::-1].lstrip(_LOCAL_EDGE) if local else ""
            if name:
                yield at - len(name), domain.end(), 1.0
        at = text.text.find("@", at + 1)


_RUNS_MAX = 1500
_DIGITS_USUAL = 13
_TRUNK_REGIONS = ("GB", "DE", "FR", "IN", "IT", "AU", "CH", "NL", "BR")  # written with a leading 0
_BARE_REGIONS = ("US", "IN", "ES", "MX")
_BRACKET_REGIONS = ("US", "BR", "MX")
_PHONE = re.compile(
    latin_edges(
        r"(?:(?<![\w@#$€£₹])\+|(?<![\w.@#$€£₹/-])(?<!\d,)(?<!\+))\(?\d(?:[ ().\-/]{0,3}\d){6,15}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![\w@])"
        r"|(?<![\w.@#$€£₹/+-])(?<!\d[ ,])(?:\d\d[ -]\d\d[ -]\d\d|\d{3}[ -]\d{3})(?![\w@%€$]|[ .,:/-]\d)"
    )
)
_DIGIT_WORD = "zero|oh|one|two|three|four|five|six|seven|eight|nine|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|ek|do|teen|char|paanch|chhe|saat|aath|nau|shunya"
_TELLING_DIGITS = frozenset(_DIGIT_WORD.split("|")) - {"oh", "do"}  # of such words alone a song is made
_WORD = re.compile(r"\w+")
_SPELLED_PHONE = rf"(?<!\w)(?:(?:double|triple)\s)?(?:{_DIGIT_WORD})(?:[\s,-]{{1,3}}(?:(?:double|triple)\s)?(?:{_DIGIT_WORD})){{6,14}}(?!\w)(?![\s,-]{{1,3}}(?:{_DIGIT_WORD})(?!\w))"
_PHONE_WORDS = near(
    (
        "phones?",
        "tel",
        "telephone",
        "tel[eé]f?(?:onos?)?",
        "t(?:el|l)?fn?os?",
        "te?lfs?",
        "tel\\.",
        "telefone",
        "telefon",
        "t[eé]l[eé]phone",
        "num[eé]ro",
        "appel\\w{1,4}",
        "ruf\\w{0,3}",
        "anrufen",
        "lig(?:ue|ar|a) \\w{1,5}",
        "registered",
        "ph",
        "m[oó]vil",
        "celular",
        "cell",
        "cellphone",
        "mobile",
        "call(?:ed|ing)?",
        "dial",
        "ring",
        "text(?:ed)? me",
        "whatsapp",
        "sms",
        "fax",
        "ll[aá]m\\w{1,6}",
        "n[uú]mero",
        "number is",
        "(?:my|mera|mere|apna|uska|iska) (?:\\w{1,10} )?n(?:umber|o|ambar)",
        "number hai",
        "contact",
        "reach",
        "mob",
        "numero",
        "nummer",
        "handy",
        "fon",
        "call karo",
        "phone number",
        "फ़ोन",
        "फोन",
        "नंबर",
        "मोबाइल",
        "कॉल",
        "voicemail",
        "hotline",
        "office",
        "desk",
        "answering",
        "home",
        "work",
        "at this number",
    ),
    before=60,
    after=25,
)
_NO_PHONE_WORDS = near(
    (
        "orders?",
        "order no",
        "invoice",
        "ticket",
        "tracking",
        "isbn",
        "issn",
        "sku",
        "serial",
        "booking",
        "reference",
        "ref",
        "pedido",
        "factura",
        "version",
        "score",
        "account",
        "id",
        "nass",
        "nhc",
        "cipa",
        "n[ºo°]? ?col\\w{0,8}",
        "afiliaci[oó]n",
        "expediente",
        "episodio",
        "apartado(?: de correos)?",
        "c[oó]digo(?: postal)?",
    ),
    before=25,
)
_SAYS_NUMBER = near(
    (
        "call(?: me| us| him| her)?(?: on| at)?",
        "phone",
        "tel",
        "desk",
        "office",
        "mobile",
        "dial",
        "fax",
        "number is",
    ),
    before=14,
    after=8,
)
_DATE = re.compile(
    r"(?:(?:1[5-9]|20)\d{2}[-/. ](?:0?[1-9]|1[0-2])[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d{2})(?:\D{1,3}\d{1,2}){0,3}\Z"
)
_YEARS = re.compile(r"(?:1[5-9]|20)\d{2}(?:\s?[-/]\s?(?:1[5-9]|20)\d{2})+\Z")
_DECIMAL = re.compile(r"\d+\.\d+\Z|\d{1,3}(?:\.\d{3})+\Z|\d+(?:\.\d{1,3}){2}\Z")
_GROUP = re.compile(r"\d+")
_GROUP_DIGITS_MAX = 5  # of a number in three groups or more: longer ones are of registers
_TRUNK_DIGITS_MIN = 10  # shorter ones with a leading 0 are valid in Germany, whatever they are
_COUNTED = "012345678901234567890"  # an example, nobody's number
_DIGITS_MAX = 15  # E.164
_SHORT_DIGITS = 6
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+\Z")
_SOCIAL_SECURITY = re.compile(r"\d{3}([- ])\d{2}\1\d{4}\Z")
_REPEATED = re.compile(r"(\d)\1*\Z")


def scan_phones(text: PlainText) -> Iterator[Span]:
    """Find phone numbers: valid ones that are written as one, others beside a word that says so.

    A run of bare digits is a phone only beside such a word: it may be an order's number.

    Raises:
        ValueError: so many runs of digits that looking at each would hold up the batch.
    """
    for count, match in enumerate(text.matches(_PHONE, cased=True)):
        if count > _RUNS_MAX:
            message = f"more than {_RUNS_MAX} runs of digits in one text"
            raise ValueError(message)
        for start, said in _parts(match.start(), match[0].rstrip(" (-./")):
            end = start + len(said)
            if _no_phone(said) or (len(bare(said)) == _SHORT_DIGITS and not _SAYS_NUMBER(text, start, end)):
                continue
            written = any(c in said for c in "+ ()-") and not _THOUSANDS.match(said)
            if written and _valid(said) and not _NO_PHONE_WORDS(text, start, end):
                yield start, end, 0.9
            elif _PHONE_WORDS(text, start, end) and not _NO_PHONE_WORDS(text, start, end):
                yield start, end, 0.75


def _parts(start: int, said: str) -> Iterator[tuple[int, str]]:
    """Cut a long run of digits at its spaces into numbers that are valid on their own, if it has such."""
    words = [(match.start(), match.end()) for match in re.finditer(r"[^ ]+", said)]
    if len(bare(said)) <= _DIGITS_USUAL or len(words) < 2:  # noqa: PLR2004  one word has nothing to cut
        yield start, said
        return
    at = 0
    while at < len(words):
        ends = (end for end in range(len(words), at, -1) if _valid(said[words[at][0] : words[end - 1][1]]))
        end = next(ends, 0)
        if end:
            yield start + words[at][0], said[words[at][0] : words[end - 1][1]]
        at = end or at + 1


def _no_phone(said: str) -> bool:
    digits = bare(said)
    isbn = len(digits) == 13 and digits.startswith(("978", "979"))  # noqa: PLR2004  ISBN-13
    return (
        isbn
        or (digits.isdecimal() and len(digits) > _DIGITS_MAX)
        or digits in _COUNTED
        or _is_address(said)
        or any(pattern.match(said) for pattern in (_DATE, _YEARS, _DECIMAL, _SOCIAL_SECURITY))
        or _REPEATED.match(digits) is not None
    )


@lru_cache(maxsize=4096)
def _valid(said: str) -> bool:
    """Is it a number of a country that is written like this?"""
    groups = _GROUP.findall(said)
    if not said.startswith("+") and (
        (len(groups) > 2 and max(map(len, groups)) > _GROUP_DIGITS_MAX)  # noqa: PLR2004  a prefix and a number may be long
        or (said.lstrip("(").startswith("0") and len(bare(said)) < _TRUNK_DIGITS_MIN)
    ):
        return False
    return any(_valid_in(said, region) for region in _regions(said))


def _valid_in(said: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(said, region))
    except phonenumbers.NumberParseException:
        return False


def _regions(said: str) -> tuple[str | None, ...]:
    """Return where a number written like this may be from; a country without a sign of it is none."""
    if said.startswith("+"):
        return (None,)
    if said.startswith(("0", "(0")):
        return _TRUNK_REGIONS
    return _BRACKET_REGIONS if said.startswith("(") else _BARE_REGIONS


def _is_address(said: str) -> bool:
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)


_VERSION_WORDS = near(
    ("v", "ver", "version", "versi[oó]n", "release", "firmware", "build", "driver"), before=12
)
_IPV4 = re.compile(latin_edges(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w)(?!\.[^\W_])"))
_IPV6 = re.compile(latin_edges(r"(?<![\w.])(?<!\d:)(?<!::)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}(?![\w:])"))


def _scan_ips(pattern: re.Pattern[str]) -> Scan:
    """Return a scan for addresses of a form, not the numbers of versions."""

    def scan(text: PlainText) -> Iterator[Span]:
        for match in text.matches(pattern):
            if _is_address(match[0]) and not _VERSION_WORDS(text, *match.span()):
                yield *match.span(), 0.95

    return scan


_URL_MARKS = ".,!?;:)]}>\"'*»।|"  # behind a link, no part of it
_URL_END = rf"(?<![{re.escape(_URL_MARKS)}])"
_URL = re.compile(r"https?://[^\s<>]{4,1000}")
_TELLING = re.compile(
    r"https?://[^\s/@:]{1,64}:[^\s/@]{1,64}@"
    r"|[?#&](?:access_|auth_|api_?|id_)?(?:token|key|secret|sig|signature|session|sessionid|sid|password|pwd|email|user|userid|username|code)=[^\s&]{3}"
)


def scan_urls(text: PlainText) -> Iterator[Span]:
    """Find links that carry a user, a password or a token."""
    for match in text.matches(_URL):
        said = match[0].rstrip(_URL_MARKS)
        if _TELLING.search(said):
            yield match.start(), match.start() + len(said), 1.0


_PROFILE = (
    r"(?<![\w.@-])(?:https?://)?(?:www\.|m\.|[a-z]{2}\.)?(?:(?:facebook|fb|instagram|twitter|x|vk|onlyfans)\.com/|(?:linkedin\.com/in|snapchat\.com/add|t\.me|wa\.me)/?|tiktok\.com/@)[\w.@+-]{3,60}"
    + _URL_END
)
_PLATFORM = "instagram|insta|ig|twitter|snapchat|snap|sc|tiktok|telegram|discord|facebook|fb|kik|skype|wechat|linkedin|onlyfans|twitch"
_HANDLE = rf"(?<!\w)(?:{_PLATFORM})(?:\s(?:id|handle|account|user(?:name)?|usuario|name|pe|par))?(?:\s?(?:is|es|hai|:|=|-|at|as)){{1,2}}\s{{0,2}}(@?[a-z0-9_][\w.#]{{2,31}})"
_HANDLE_AT = rf"(?<![\w@.])(@[a-z_][\w.]{{2,30}})(?=[^\n]{{0,30}}\b(?:{_PLATFORM})\b)|(?<!\w)(?:{_PLATFORM})\b[^\n@]{{0,30}}(?<![\w@.])(@[a-z_][\w.]{{2,30}})"
_HANDLE_WORDS = frozenset(
    "not the and like really just also better down dead banned cool great good fun bad the this that mine your his her amazing awesome hacked private boring stupid down addictive where what how when".split()
)
_PLATFORM_WORDS = (
    "instagram",
    "insta",
    "ig",
    "twitter",
    "snap",
    "sc",
    "tiktok",
    "telegram",
    "discord",
    "facebook",
    "fb",
    "kik",
    "skype",
    "wechat",
    "linkedin",
    "onlyfans",
    "twitch",
)

_HANDLE_BARE = rf"(?<!\w)(?:on|en|pe|par|add|my|mi|mera) (?:{_PLATFORM})\s{{1,2}}((?=[a-z._]{{0,30}}[\d_])[a-z_][\w.]{{3,30}})"
_HANDLES = re.compile(f"{_HANDLE}|{_HANDLE_BARE}")
_HANDLES_AT = re.compile(_HANDLE_AT)


def scan_handles(text: PlainText) -> Iterator[Span]:
    """Find the name of an account beside the name of its network."""
    for match in text.matches(_HANDLES):
        group = 1 if match[1] else 2
        said = match[group].rstrip(".")
        marked = any(not c.isalpha() for c in said.strip(".#"))
        if marked or ("account" in match[0] and said not in _HANDLE_WORDS):
            yield match.start(group), match.start(group) + len(said), 0.7
    for match in text.matches(_HANDLES_AT):
        group = 1 if match[1] else 2
        yield match.start(group), match.start(group) + len(match[group].rstrip(".")), 0.8


_MAC = r"(?<![\w-])(?<!\d:)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])|(?<![\w-])(?:[0-9a-f]{2}-){5}[0-9a-f]{2}(?![\w-])"
_GPS_SAID = r"lat(?:itude)?[:= ]{1,3}[+-]?\d{1,2}\.\d{3,9}°?\s?[ns]?[,; ]{1,3}(?:and )?lon(?:g(?:itude)?)?[:= ]{1,3}[+-]?\d{1,3}\.\d{3,9}"
_GPS = r"(?<![\d.])[+-]?(?:[1-8]?\d|90)\.\d{4,9}°?\s?[ns]?\s?[,;/ ]\s?[+-]?(?:1[0-7]\d|180|\d{1,2})\.\d{4,9}(?!\d)(?:°?\s?[ew](?!\w))?"

CONTACT_RULES = (
    Rule("EMAIL_ADDRESS", Needs(any_of=("@",)), scan_emails),
    Rule("EMAIL_ADDRESS", Needs(any_of=("dot", "punto"), reach=500), by_pattern(_SPELLED, 0.85)),
    Rule("PHONE_NUMBER", Needs(digits=_SHORT_DIGITS, within=24, reach=100), scan_phones),
    Rule(
        "PHONE_NUMBER",
        Needs(any_of=tuple(sorted(_TELLING_DIGITS)), reach=320),
        by_pattern(_SPELLED_PHONE, 0.7, lambda said: not _TELLING_DIGITS.isdisjoint(_WORD.findall(said))),
    ),
    Rule("IP_ADDRESS", Needs(digits=4, within=16, any_of=(".",), reach=30), _scan_ips(_IPV4)),
    Rule("IP_ADDRESS", Needs(any_of=(":",), reach=60), _scan_ips(_IPV6)),
    Rule("MAC_ADDRESS", Needs(any_of=(":", "-"), reach=30), by_pattern(_MAC, 0.9)),
    Rule("URL", Needs(any_of=("http",)), scan_urls),
    Rule("URL", Needs(any_of=(".com/", "t.me", "wa.me"), reach=120), by_pattern(_PROFILE, 0.8)),
    Rule("SOCIAL_HANDLE", Needs(any_of=_PLATFORM_WORDS, reach=150), scan_handles),
    Rule("GPS_COORDINATES", Needs(digits=10, within=40, reach=80), by_pattern(_GPS, 0.8)),
    Rule("GPS_COORDINATES", Needs(digits=8, any_of=("lat",), reach=100), by_pattern(_GPS_SAID, 0.85)),
)
