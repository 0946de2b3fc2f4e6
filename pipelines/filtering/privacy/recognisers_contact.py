"""Rules for what else reaches a person: network addresses, links, accounts, places."""

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
    r"|onlyfans)\.com/|(?:linkedin\.com/in|snapchat\.com/add|t\.me|wa\.me)/"
    r"|tiktok\.com/@|(?:paypal|revolut|monzo|bunq) ?\. ?me ?/ ?|cash\.app/\$?|venmo\.com/(?:u/)?)"
    r"[\w.@+-]{3,60}" + _URL_END
)
_MAC = (
    r"(?<![\w-])(?<!\d:)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])"
    r"|(?<![\w-])(?:[0-9a-f]{2}-){5}[0-9a-f]{2}(?![\w-])"
)
_MAC_DOTTED = r"(?<![\w.-])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w-])(?!\.\w)"
_CARD_WORDS = ("mac", "ethernet", "hardware", "physical")
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
    Rule(
        "URL",
        Needs(any_of=(".com/", "me/", "me /", "cash.app/"), reach=120),
        by_pattern(_PROFILE, 0.8),
    ),
)
