"""Check digits of the identifiers that the demo plants, for rules that test a checksum."""

_VERHOEFF_D = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_VERHOEFF_P = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
_CURP_LETTERS = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def luhn_digit(digits: str) -> str:
    """Return the digit that makes digits + it pass Luhn's rule (payment cards)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004  the sum of its two digits
    return str(-total % 10)


def verhoeff_digit(digits: str) -> str:
    """Return the digit that makes digits + it pass Verhoeff's rule (Aadhaar)."""
    check = 0
    for place, digit in enumerate(reversed(digits), start=1):
        check = _VERHOEFF_D[check][_VERHOEFF_P[place % 8][int(digit)]]
    return str(_VERHOEFF_D[check].index(0))


def iban_digits(country: str, account: str) -> str:
    """Return the two check digits of an IBAN (ISO 13616: the rearranged number is 1 modulo 97)."""
    rearranged = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{98 - int(rearranged) % 97:02d}"


def dni_letter(digits: str) -> str:
    """Return the letter of a Spanish DNI."""
    return _DNI_LETTERS[int(digits) % 23]


def curp_digit(first_seventeen: str) -> str:
    """Return the last digit of a Mexican CURP."""
    total = sum(
        _CURP_LETTERS.index(sign) * (18 - place) for place, sign in enumerate(first_seventeen)
    )
    return str(-total % 10)
