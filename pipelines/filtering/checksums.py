"""Check digits of identifiers; each function takes the bare characters, separators removed."""

import hashlib

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = (1, 0x2BC830A3)  # BIP 173, BIP 350
_CURP_VALUES = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ")}
_NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_VERHOEFF_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_PENTAGON = 5  # the dihedral group D5 has five rotations and five reflections


def luhn_holds(digits: str) -> bool:
    """Is the last digit the Luhn check digit (ISO/IEC 7812-1, annex B)?"""
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (doubled + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def iban_holds(code: str) -> bool:
    """Is the remainder modulo 97 one (ISO 13616)? Letters may be in either case."""
    moved = code[4:] + code[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def verhoeff_holds(digits: str) -> bool:
    """Is the Verhoeff sum zero? India's Aadhaar number carries it."""
    check = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(position % 8):
            value = _VERHOEFF_TURN[value]
        check = _multiply(check, value)
    return check == 0


def _multiply(left: int, right: int) -> int:
    """Return the product of two elements of the dihedral group D5, reflections being 5 to 9."""
    turn_left, turn_right = left % _PENTAGON, right % _PENTAGON
    turn = (turn_left + turn_right if left < _PENTAGON else turn_left - turn_right) % _PENTAGON
    return turn + (_PENTAGON if (left < _PENTAGON) != (right < _PENTAGON) else 0)


def cpf_holds(digits: str) -> bool:
    """Are the two last of 11 digits those of a Brazilian CPF? Eleven equal digits are not."""
    return len(set(digits)) > 1 and all(
        sum(int(d) * weight for d, weight in zip(digits, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10
        == int(digits[n])
        for n in (9, 10)
    )


def nif_holds(code: str) -> bool:
    """Is the letter that of a Spanish DNI (8 digits) or NIE (X, Y or Z and 7 digits)?"""
    number = code[:-1].upper().translate(str.maketrans("XYZ", "012"))
    return _NIF_LETTERS[int(number) % 23] == code[-1].upper()


def curp_holds(code: str) -> bool:
    """Is the last of 18 characters the check digit of a Mexican CURP?"""
    total = sum(_CURP_VALUES[c] * (18 - i) for i, c in enumerate(code[:17].upper()))
    return (10 - total % 10) % 10 == int(code[17])


def nhs_holds(digits: str) -> bool:
    """Is the last of 10 digits the modulo 11 check digit of a UK NHS number?"""
    total = sum(int(d) * weight for d, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


def tax_id_holds(digits: str) -> bool:
    """Is the last of 11 digits the ISO 7064 MOD 11,10 digit of a German tax id, with its repeats?

    One digit of the first ten stands two or three times (rule of 2007, widened 2016).
    """
    counts = sorted((digits[:10].count(d) for d in set(digits[:10])), reverse=True)
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (
        digits[0] != "0" and counts[0] in (2, 3) and counts[1] == 1 and (11 - product) % 10 == int(digits[10])
    )


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
    check = 1
    for value in values + [_BECH32.index(c) for c in data]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check in _BECH32_CONSTANTS
