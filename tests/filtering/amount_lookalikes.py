"""More texts with lookalikes of identifiers: amounts, codes and counts in many languages.

The templates are numbered; those of an even number were read while the rules were corrected, those
of an odd one were measured once at the end.
"""

# ruff: noqa: RUF001, S311  sentences, one a line; chance is not for secrets

import random
import uuid
from collections.abc import Callable

Fill = Callable[[random.Random], str]


def _n(least: int, most: int) -> Fill:
    return lambda chance: str(chance.randint(least, most))


def _digits(count: int) -> Fill:
    return lambda chance: (
        str(chance.randint(1, 9)) + "".join(chance.choices("0123456789", k=count - 1))
    )


def _grouped(mark: str, decimal: str = "") -> Fill:
    def fill(chance: random.Random) -> str:
        amount = f"{chance.randint(1_000, 99_999_999):,}".replace(",", mark)
        return amount + (f"{decimal}{chance.randint(0, 99):02d}" if decimal else "")

    return fill


def _lakh(chance: random.Random) -> str:
    return f"{chance.randint(1, 99)},{chance.randint(10, 99)},{chance.randint(100, 999)}"


def _crore(chance: random.Random) -> str:
    return f"{chance.randint(1, 9)},{_lakh(chance)}"


def _uuid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def _hex(chars: int) -> Fill:
    return lambda chance: f"{chance.getrandbits(4 * chars):0{chars}x}"


def _row(chance: random.Random) -> str:
    first, step = chance.randint(1, 20), chance.randint(1, 11)
    return " ".join(str(first + step * i) for i in range(chance.randint(6, 10)))


def _list(chance: random.Random) -> str:
    return ", ".join(str(chance.randint(1, 99)) for _ in range(chance.randint(5, 10)))


def _day(mark: str) -> Fill:
    return lambda chance: (
        f"{chance.randint(1, 28):02d}{mark}{chance.randint(1, 12):02d}{mark}"
        f"{chance.randint(1950, 2035)}"
    )


def _iso(chance: random.Random) -> str:
    return f"{chance.randint(1990, 2035)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _time(chance: random.Random) -> str:
    return f"{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}:{chance.randint(0, 59):02d}"


def _version(chance: random.Random) -> str:
    return ".".join(str(chance.randint(0, 40)) for _ in range(chance.randint(3, 4)))


def _isbn(chance: random.Random) -> str:
    body = chance.choice(("978", "979")) + _digits(9)(chance)
    check = (10 - sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10) % 10
    return f"{body[:3]}-{body[3]}-{body[4:8]}-{body[8:12]}-{check}"


def _coupon(chance: random.Random) -> str:
    word = chance.choice(("SAVE", "DIWALI", "NAVIDAD", "SOMMER", "PROMO", "XMAS", "FIRST"))
    return f"{word}{chance.randint(5, 90)}{chance.choice(('OFF', '', 'NOW', 'X'))}"


def _decimals(chance: random.Random) -> str:
    return f"{chance.randint(0, 99)}.{_digits(chance.randint(3, 9))(chance)}"


FILLS: dict[str, Fill] = {
    "dots": _grouped("."),
    "dots_cents": _grouped(".", ","),
    "commas": _grouped(","),
    "commas_cents": _grouped(",", "."),
    "blanks": _grouped(" "),
    "blanks_cents": _grouped(" ", ","),
    "thin_cents": _grouped("\u202f", ","),
    "quotes": _grouped("'", "."),
    "lakh": _lakh,
    "crore": _crore,
    "uuid": _uuid,
    "hex16": _hex(16),
    "hex32": _hex(32),
    "hex40": _hex(40),
    "row": _row,
    "list": _list,
    "day_dots": _day("."),
    "day_slashes": _day("/"),
    "day_dashes": _day("-"),
    "iso": _iso,
    "time": _time,
    "version": _version,
    "isbn": _isbn,
    "coupon": _coupon,
    "decimals": _decimals,
    "d4": _digits(4),
    "d5": _digits(5),
    "d6": _digits(6),
    "d8": _digits(8),
    "d9": _digits(9),
    "d10": _digits(10),
    "d12": _digits(12),
    "d13": _digits(13),
    "small": _n(2, 99),
    "hundreds": _n(100, 999),
    "year": _n(1500, 2035),
}

TEMPLATES = (
    # amounts
    "Das kostet {dots_cents} € im Jahr, nicht {dots_cents} €.",
    "Der Umsatz lag bei {dots} Euro und die Kosten bei {dots} Euro.",
    "Le loyer est de {blanks_cents} € par mois.",
    "On a payé {thin_cents} € pour la voiture",
    "El sueldo es de {dots_cents} euros brutos al año",
    "me costó {commas_cents} pesos en la tienda",
    "O apartamento custa R$ {dots_cents} à vista",
    "paguei {dots_cents} reais no conserto",
    "Il prezzo è {dots_cents} euro più IVA",
    "abbiamo speso {dots} euro per la casa",
    "Mieszkanie kosztuje {blanks} zł miesięcznie",
    "zapłaciłem {blanks_cents} zł za remont",
    "Harganya Rp {dots} saja",
    "gajinya {dots} rupiah per bulan",
    "Ev {dots_cents} TL'ye satıldı",
    "maaşım {dots} lira oldu",
    "He earns ₹{lakh} a year and saves ₹{lakh}",
    "the flat sold for Rs. {crore} last week",
    "ghar ka daam {crore} rupaye hai",
    "मकान की कीमत {crore} रुपये है",
    "It cost {commas_cents} dollars, I paid {commas_cents}.",
    "our budget is USD {commas} for the whole year",
    "Der Preis beträgt CHF {quotes} pro Stück",
    "квартира стоит {blanks} рублей",
    "这套房子卖了 {commas} 元",
    "家賃は{commas}円です",
    "월세가 {commas}원이에요",
    "الإيجار {commas} ريال في السنة",
    "The company was valued at {commas} in {year}",
    "Huurprijs: {dots_cents} per maand",
    # traces and hashes
    "request {uuid} timed out after {small} seconds",
    "trace_id={uuid} span_id={hex16}",
    "the commit {hex40} broke the build",
    "md5 of the file is {hex32}",
    "session {uuid} was closed on {iso}",
    "blob {hex32} not found in cache",
    "error in job {uuid}: exit code {small}",
    "docker image sha256 {hex40} pulled",
    # counting and lists
    "count with me: {row}",
    "the numbers are {row}, what comes next?",
    "my lottery numbers were {list}",
    "sorted list: {list}",
    "solve the puzzle {row}",
    "{row} is a sequence, right?",
    "zählen wir: eins zwei drei vier fünf sechs sieben acht neun zehn",
    "uno dos tres cuatro cinco seis siete ocho nueve diez, ya voy",
    "ek do teen char paanch chhe saat aath nau das, main aa raha hoon",
    "un deux trois quatre cinq six sept huit neuf dix, j'arrive",
    "ten nine eight seven six five four three two one, happy new year",
    "um dois três quatro cinco seis sete oito nove dez",
    "the first primes are 2 3 5 7 11 13 17 19 23",
    "multiply {small} {small} {small} {small} and {small}",
    "five six seven eight, one two three four, and turn",
    "I have two cats, three dogs, four birds, five fish and six mice",
    # dates and times
    "wir treffen uns am {day_dots} um {time}",
    "nos vemos el {day_slashes} a las {time}",
    "log from {iso} {time} to {iso} {time}",
    "between {day_dashes} and {day_dashes} I was in Goa",
    "the deadline moved from {iso} to {iso}",
    "rendez-vous le {day_slashes}, puis le {day_slashes}",
    "{day_dots}, {day_dots} und {day_dots} passen mir",
    "build {iso}.{small} is green",
    "the years {year}, {year} and {year} were cold",
    "from {year} {year} {year} only one stands out",
    "he lived {year}-{year} and she {year}-{year}",
    "spotkanie {day_dots} o {time}",
    # scores and measures
    "the final was 6-4 {small}-6 7-6 6-3",
    "we won {small}-{small}, {small}-{small} and {small}-{small}",
    "rated 4.{small} by {commas} people",
    "{hundreds}x{hundreds}x{hundreds} mm and {small} kg",
    "pi is {decimals} or so",
    "x = {decimals}, y = {decimals}",
    "a resolution of {d4} x {d4} at {small} fps",
    "temperature rose from {decimals} to {decimals}",
    "he scored {hundreds} off {hundreds} balls, strike rate {decimals}",
    "the population of the town is {blanks} people",
    "views: {commas}, likes: {commas}, comments: {commas}",
    "{d8} steps this month, {d6} last month",
    "distance {dots} km, {dots} m higher",
    "my high score is {d9} points",
    # versions and software
    "update to version {version} and then {version}",
    "node v{version} and npm v{version}",
    "Windows 11 build {d5}.{d4} crashes",
    "pip install torch=={version} cuda {small}.{small}",
    "firmware {version} for the router",
    "kernel {version}-generic was removed",
    "use Jenkins {version} with Docker {version}",
    "the driver {hundreds}.{small}.{small} is unstable",
    # codes of things
    "use the coupon {coupon} for {small}% off",
    "promo code {coupon}{small} expired on {iso}",
    "order #{d9} ships on {iso}",
    "Bestellung {d10} wurde versandt",
    "el pedido {d8} sale el {day_slashes}",
    "commande n° {d9} en retard",
    "ordine {d10} non ancora arrivato",
    "zamówienie {d8} zostało wysłane",
    "pesanan {d10} sudah sampai",
    "sipariş {d9} kargoda",
    "заказ {d8} ещё не пришёл",
    "订单 {d12} 还没有到",
    "注文番号 {d10} はまだ届きません",
    "주문번호 {d10} 아직 안 왔어요",
    "mera order {d10} kab aayega",
    "ऑर्डर {d10} कब आएगा",
    "tracking {d12} says delivered",
    "ISBN {isbn} is a good edition",
    "the book {isbn} has {hundreds} pages",
    "invoice {d6}/{year} is unpaid",
    "SKU {d8} and SKU {d8} are out",
    "ticket INC{d8} was reopened",
    "flight AI{hundreds} from gate {small}, seat {small}C",
    "train {d5} leaves at {time}",
    "error 0x{hex16} at offset {d6}",
    "model SM-G{hundreds}F, serial {d10}",
    "part number {d4}-{d4}-{small}",
    "room {hundreds}, floor {small}, {hundreds} Main",
    "question {small}: what is {d5} times {d4}?",
    "doi 10.{d4}/{d6}.{d4}",
    "https://example.com/item/{d9}?page={small}",
    "timestamp {d10}, then {d13}",
    "barcode {d13} does not scan",
    "IMEI is on the box, case {d8}",
    "sum of {d6} and {d6} is what",
    "give me the square root of {d8}",
    "chapter {small}, verse {small}, line {hundreds}",
    "tracking number {d9} at the post office",
)
"""What is written around the numbers; no identifier in any of them."""


def write_amount_lookalikes(part: int, a_template: int = 5, seed: int = 3) -> list[tuple[str, str]]:
    """Return pairs of template and text, equally many of each template; the same for a seed.

    Args:
        part: 0 = the templates that the rules were corrected on, 1 = those held out.
        a_template: texts of each.
        seed: of the numbers.
    """
    chance = random.Random(seed)
    written = []
    for template in TEMPLATES[part::2]:
        for _ in range(a_template):
            text = template
            for name, fill in FILLS.items():
                while f"{{{name}}}" in text:
                    text = text.replace(f"{{{name}}}", fill(chance), 1)
            written.append((template, text))
    return written
