"""Rules for what else reaches a person: network addresses, links, accounts, places."""

# ruff: noqa: RUF001, SIM905  a pattern or word list is read as one line

import ipaddress
import re
from collections.abc import Iterator

from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import (
    Rule,
    Scan,
    Span,
    beside,
    by_pattern,
    latin_edges,
    near,
)

_VERSION_WORDS = near(
    (
        "v",
        "ver",
        "version",
        "versi[oó]n",
        "versão",
        "versione",
        "release",
        "firmware",
        "build",
        "driver",
        "kernel",
        "api",
        "update",
        "patch",
        "jenkins",
        "docker",
        "node",
        "npm",
        "python",
        "java",
        "php",
        "ruby",
        "chrome",
        "firefox",
        "android",
        "ios",
        "windows",
        "ubuntu",
        "debian",
        "nginx",
        "postgres",
        "mysql",
        "redis",
        "cuda",
        "torch",
        "package",
        "plugin",
        "library",
        "sdk",
    ),
    before=35,
)
_ADDRESS_WORDS = near(
    (
        "ip",
        "ipv4",
        "address",
        "server",
        "host",
        "ping",
        "dns",
        "router",
        "gateway",
        "dirección",
        "adresse",
        "endereço",
        "indirizzo",
    ),
    before=14,
)
_BLOCK = r"(?:/\d{1,3}(?![\d/]))?"  # of a network: 10.0.0.0/8
_IPV4 = re.compile(
    latin_edges(
        rf"(?<![\w.])(?<![0-9a-f]{{2}}:)(?<!::)\d{{1,3}}(?:\.\d{{1,3}}){{3}}{_BLOCK}(?!\w)"
        rf"(?!\.[^\W_])"
    )
)
_IPV6 = re.compile(
    latin_edges(
        rf"(?<![\w.])(?<!\d:)(?<!::)[0-9a-f]{{0,4}}(?::[0-9a-f]{{0,4}}){{2,7}}(?:(?:\.\d{{1,"
        rf"3}}){{3}}|(?!\.\d)){_BLOCK}(?![\w:])(?!\.[^\W_]{{1,3}}(?!\w))"
    )
)


def _is_address(said: str) -> bool:
    try:
        address = ipaddress.ip_address(said.partition("/")[0])
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)


def _scan_ips(pattern: re.Pattern[str], mark: str, least: int) -> Scan:
    """Return a scan for addresses with a mark so often, no numbers of versions."""

    def scan(text: PlainText) -> Iterator[Span]:
        if text.text.count(mark) < least:
            return
        for match in text.matches(pattern):
            is_version = _VERSION_WORDS(text, *match.span()) and not _ADDRESS_WORDS(
                text, *match.span()
            )
            if _is_address(match[0]) and not is_version:
                yield *match.span(), 0.95

    return scan


_URL_MARKS = ".,!?;:)]}>\"'*»।|"  # behind a link, no part of it
_URL_END = rf"(?<![{re.escape(_URL_MARKS)}])"
_URL = re.compile(r"https?://[^\s<>]{4,1000}")
_TELLING = re.compile(
    r"https?://[^\s/@:]{1,64}:[^\s/@]{1,64}@"
    r"|[?#&](?:access_|auth_|api_?|id_)?(?:token|key|secret|sig|signature|session|sessionid|sid"
    r"|password|pwd|email|user|userid|username|code)=[^\s&]{3}"
)


def scan_urls(text: PlainText) -> Iterator[Span]:
    """Find links that carry a user, a password or a token."""
    for match in text.matches(_URL):
        said = match[0].rstrip(_URL_MARKS)
        if _TELLING.search(said):
            yield match.start(), match.start() + len(said), 1.0


_PROFILE = (
    r"(?<![\w.@-])(?:https?://)?(?:www\.|m\.|[a-z]{2}\.)?(?:(?:facebook|fb|instagram|twitter|x|vk"
    r"|onlyfans)\.com/|(?:linkedin\.com/in|snapchat\.com/add|t\.me|wa\.me)/?"
    r"|tiktok\.com/@)[\w.@+-]{3,60}" + _URL_END
)
_PLATFORM = (
    "instagram|insta|ig|twitter|snapchat|snap|sc|tiktok|telegram|discord|facebook|fb|kik|skype"
    "|wechat|linkedin|onlyfans|twitch"
)
_HANDLE = (
    rf"(?<!\w)(?:{_PLATFORM})(?:\s(?:id|handle|account|user(?:name)?|usuario|name|pe"
    rf"|par))?(?:\s?(?:is|es|hai|:|=|-|at|as)){{1,2}}\s{{0,2}}(@?[a-z0-9_][\w.#]{{2,31}})"
)
_HANDLE_AT = (
    rf"(?<![\w@.])(@[a-z_][\w.]{{2,30}})(?=[^\n]{{0,30}}\b(?:{_PLATFORM})\b)"
    rf"|(?<!\w)(?:{_PLATFORM})\b[^\n@]{{0,30}}(?<![\w@.])(@[a-z_][\w.]{{2,30}})"
)
_HANDLE_WORDS = frozenset(
    "not the and like really just also better down dead banned cool great good fun bad the "
    "this that mine your his her amazing awesome hacked private boring stupid down "
    "addictive where what how when".split()
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

_HANDLE_BARE = (
    rf"(?<!\w)(?:on|en|pe|par|add|my|mi|mera) (?:{_PLATFORM})\s{{1,2}}((?=[a-z._]{{0,"
    rf"30}}[\d_])[a-z_][\w.]{{3,30}})"
)
_PLATFORM_SAID = re.compile(rf"(?<!\w)(?:{_PLATFORM})(?!\w)")
_HANDLES = re.compile(f"{_HANDLE}|{_HANDLE_BARE}")
_HANDLES_AT = re.compile(_HANDLE_AT)


def scan_handles(text: PlainText) -> Iterator[Span]:
    """Find the name of an account beside the name of its network."""
    if next(text.matches(_PLATFORM_SAID), None) is None:
        return
    for match in text.matches(_HANDLES):
        group = 1 if match[1] else 2
        said = match[group].rstrip(".")
        marked = any(not c.isalpha() for c in said.strip(".#"))
        if marked or ("account" in match[0] and said not in _HANDLE_WORDS):
            yield match.start(group), match.start(group) + len(said), 0.7
    for match in text.matches(_HANDLES_AT):
        group = 1 if match[1] else 2
        yield match.start(group), match.start(group) + len(match[group].rstrip(".")), 0.8


_MAC = (
    r"(?<![\w-])(?<!\d:)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])"
    r"|(?<![\w-])(?:[0-9a-f]{2}-){5}[0-9a-f]{2}(?![\w-])"
)
_MAC_DOTTED = r"(?<![\w.-])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w-])(?!\.\w)"
_CARD_WORDS = ("mac", "ethernet", "hardware", "physical")
_DEGREES = r"(?:\s?[°º]|\s?deg(?:rees)?\.?)"
_GPS_SAID = (
    rf"lat(?:itude)?[:= ]{{1,3}}[+-]?\d{{1,2}}\.\d{{2,9}}{_DEGREES}?\s?[ns]?[,;\s]{{1,3}}(?:and )?"
    rf"(?:lon(?:g(?:itude)?)?|lng)[:= ]{{1,3}}[+-]?\d{{1,3}}\.\d{{2,9}}(?!\d)"
    rf"(?:{_DEGREES}?\s?[ew](?!\w)|{_DEGREES}(?!\w))?"
)
_GPS = (
    r"(?<![\d.])[+-]?(?:[1-8]?\d|90)\.\d{4,9}[°º]?\s?[ns]?\s?[,/ ]\s?[+-]?(?:1[0-7]\d|180"
    r"|\d{1,2})\.\d{4,9}(?!\d)(?:[°º]?\s?[ew](?!\w)|[°º](?!\w))?"
)
_MINUTES = (
    r"\s{0,2}\d{1,2}(?:\.\d{1,9})?\s?(?:['´`]{1,2}|min(?:utes)?\.?"
    r"|m(?!\w))(?:\s{0,2}\d{1,2}(?:\.\d{1,9})?\s?(?:[\"´`']{1,2}|sec(?:onds)?\.?"
    r"|s(?!\w))?)?"
)
_ANGLE = rf"\d{{1,3}}(?:\.\d{{1,9}})?{_DEGREES}(?:{_MINUTES})?"
_GPS_ANGLES = (
    rf"(?<![\d.])(?:{_ANGLE}\s{{0,2}}[nsewo](?:orte?|orth|outh|ur|ast|est|ste)?(?!\w)"
    rf"|[nsewo]\s?{_ANGLE}(?!\s?[nsewo](?!\w)))(?:\s{{0,2}}(?:[,;/]|and|y|e|und"
    rf"|et)?\s{{0,2}}(?:{_ANGLE}\s{{0,2}}[nsewo](?:este?|ast|est|orth|outh)?(?!\w)"
    rf"|[nsewo]\s?{_ANGLE}))"
)


def _is_place(said: str) -> bool:
    """Is it no pair of shares or probabilities? Where both are below one degree there is sea."""
    return any(int(degrees) for degrees in re.findall(r"(\d{1,3})\.", said))


_mac = by_pattern(_MAC, 0.9)


def scan_macs(text: PlainText) -> Iterator[Span]:
    """Find the addresses of network cards, six pairs of hexadecimal digits."""
    marks = max(map(text.text.count, ":-"))
    return iter(_mac(text)) if marks >= 5 else iter(())  # noqa: PLR2004  between six


CONTACT_RULES = (
    Rule(
        "IP_ADDRESS", Needs(digits=4, within=16, any_of=(".",), reach=60), _scan_ips(_IPV4, ".", 3)
    ),
    Rule("IP_ADDRESS", Needs(any_of=(":",), reach=90), _scan_ips(_IPV6, ":", 2)),
    Rule("MAC_ADDRESS", Needs(any_of=(":", "-"), reach=30), scan_macs),
    Rule("MAC_ADDRESS", Needs(any_of=_CARD_WORDS), beside(_MAC_DOTTED, _CARD_WORDS, 0.8)),
    Rule("URL", Needs(any_of=("http",)), scan_urls),
    Rule("URL", Needs(any_of=(".com/", "t.me", "wa.me"), reach=120), by_pattern(_PROFILE, 0.8)),
    Rule("SOCIAL_HANDLE", Needs(any_of=_PLATFORM_WORDS, reach=150), scan_handles),
    Rule(
        "GPS_COORDINATES", Needs(digits=10, within=40, reach=80), by_pattern(_GPS, 0.8, _is_place)
    ),
    Rule(
        "GPS_COORDINATES", Needs(digits=6, any_of=("lat",), reach=100), by_pattern(_GPS_SAID, 0.85)
    ),
    Rule(
        "GPS_COORDINATES",
        Needs(digits=2, any_of=("°", "º", "deg"), reach=120),
        by_pattern(_GPS_ANGLES, 0.85),
    ),
)
