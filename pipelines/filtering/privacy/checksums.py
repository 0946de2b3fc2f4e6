"""Check digits of identifiers; each function takes the bare characters, separators removed.

What python-stdnum knows is asked of it, module by module; cards, CLABE and wallets are ours.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import import_module

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = (1, 0x2BC830A3)  # BIP 173, BIP 350
_ISSUERS = (  # first digits, lengths
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65|62|60|81|82|508"), (16, 17, 18, 19)),
    (re.compile(r"3(?:0[0-5]|095|[689])"), (14, 16, 19)),
    (re.compile(r"35"), (16, 17, 18, 19)),
    (re.compile(r"1800|2131"), (15,)),
    (re.compile(r"50|5[6-9]|6"), (12, 13, 14, 15, 16, 17, 18, 19)),
    (re.compile(r"220[0-4]|9792"), (16,)),  # Mir, Troy
)


@cache
def of_stdnum(module: str) -> Callable[[str], bool]:
    """Return the test of one of python-stdnum's modules, `br.cpf`; loaded when first asked for.

    Raises:
        ModuleNotFoundError: it has no such module.
    """
    holds: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return holds


def check(module: str) -> Callable[[str], bool]:
    """Return a test that loads its module of python-stdnum only when a number is to be tested."""

    def holds(code: str) -> bool:
        return of_stdnum(module)(code)

    return holds


def luhn_holds(digits: str) -> bool:
    """Is the last digit the Luhn check digit (ISO/IEC 7812-1, annex B)?"""
    return of_stdnum("luhn")(digits)


def card_holds(digits: str) -> bool:
    """Are first digits and length those of an issuer of cards, and the last its check digit?"""
    known = any(prefix.match(digits) and len(digits) in lengths for prefix, lengths in _ISSUERS)
    return known and len(set(digits)) > 1 and luhn_holds(digits)


def iban_holds(code: str) -> bool:
    """Is the remainder modulo 97 one (ISO 13616)? Letters may be in either case."""
    return of_stdnum("iso7064.mod_97_10")(code[4:] + code[:4])


def clabe_holds(digits: str) -> bool:
    """Is the last of 18 digits the check digit of a Mexican CLABE (weights 3, 7, 1)?"""
    total = sum(int(d) * (3, 7, 1)[i % 3] % 10 for i, d in enumerate(digits[:17]))
    return (10 - total % 10) % 10 == int(digits[17])


def cpf_holds(digits: str) -> bool:
    """Is it a Brazilian CPF by its check digits? Eleven equal digits are none."""
    return len(set(digits)) > 1 and of_stdnum("br.cpf")(digits)


def npi_holds(digits: str) -> bool:
    """Is it a US National Provider Identifier by its Luhn digit, prefix 80840?"""
    return digits[0] in "12" and luhn_holds("80840" + digits)


def snils_holds(digits: str) -> bool:
    """Are the last two of 11 digits those of a Russian SNILS?"""
    total = sum(int(d) * (9 - i) for i, d in enumerate(digits[:9]))
    return total % 101 % 100 == int(digits[9:])


def saudi_holds(digits: str) -> bool:
    """Is it a Saudi national or resident number: 10 digits from 1 or 2, Luhn?"""
    return digits[0] in "12" and luhn_holds(digits)


def hong_kong_holds(code: str) -> bool:
    """Is the last character the check digit of a Hong Kong identity card, modulo 11?"""
    body = code[:-1].upper().rjust(8)
    values = [36 if c == " " else int(c, 36) for c in body]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (11 - total % 11) % 11 == int(code[-1], 11)


def taiwan_holds(code: str) -> bool:
    """Is the last digit the check digit of a Taiwanese identity card?"""
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(code[0].upper()) + 10
    digits = f"{place}{code[1:]}"
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10 == 0


def singapore_holds(code: str) -> bool:
    """Is the last letter that of a Singaporean NRIC or FIN?"""
    first = code[0].upper()
    total = sum(int(d) * w for d, w in zip(code[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(first, 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "KLJNPQRTUWX"}.get(first, "XWUTRQPNMLK")
    index = 10 - total % 11 if first == "M" else total % 11
    return letters[index] == code[8].upper()


def finnish_holds(code: str) -> bool:
    """Is the last letter the check letter of a Finnish personal identity code, modulo 31?

    Raises:
        ValueError: it begins with no day of the calendar.
    """
    date(1900 + int(code[4:6]), int(code[2:4]), int(code[:2]))
    letters = "0123456789ABCDEFHJKLMNPRSTUVWXY"
    return letters[int(code[:6] + code[-4:-1]) % 31] == code[-1].upper()


def insured_holds(code: str) -> bool:
    """Is it a German health insurance number, a letter and nine digits, by its check digit?"""
    digits = f"{ord(code[0].upper()) - ord('A') + 1:02d}{code[1:]}"
    total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(digits[:-1]))
    return total % 10 == int(digits[-1])


def machine_readable_holds(code: str) -> bool:
    """Is the last digit the check digit of a German passport or identity card (ICAO 9303)?"""
    total = sum(int(c, 36) * (7, 3, 1)[i % 3] for i, c in enumerate(code[:-1]))
    return code[-1].isdecimal() and total % 10 == int(code[-1])


def base58_holds(address: str) -> bool:
    """Are the last four bytes the double SHA-256 checksum of a Base58Check address of 25 bytes?"""
    number = 0
    for character in address:
        if character not in _BASE58:
            return False
        number = number * 58 + _BASE58.index(character)
    if number >> 200:
        return False
    raw = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def bech32_holds(address: str) -> bool:
    """Is the checksum of a segwit address right (BIP 173, BIP 350)? One case throughout."""
    address = address.lower()
    prefix, _, data = address.rpartition("1")
    if not prefix or any(c not in _BECH32 for c in data):
        return False
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check_sum = 1
    for value in values + [_BECH32.index(c) for c in data]:
        top = check_sum >> 25
        check_sum = (check_sum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATOR):
            check_sum ^= generator if top >> bit & 1 else 0
    return check_sum in _BECH32_CONSTANTS
