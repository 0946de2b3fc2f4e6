"""Five hundred texts with lookalikes of identifiers, from seeded grammars of our own."""

# ruff: noqa: S608, SIM905  word lists and sentences, one kind a line

import random
from collections.abc import Callable, Mapping

_HEROES = (
    "Gandalf|Frodo Baggins|Harry Potter|Hermione Granger|Sherlock Holmes|Count Dracula|Batman|"
    "Spider-Man|Darth Vader|Luke Skywalker|Captain Nemo|Elizabeth Bennet|Robin Hood|King Arthur|"
    "Peter Pan|Don Quixote|Sancho Panza|Cinderella|Pikachu|Naruto|Goku|Bilbo|Dumbledore|Voldemort|"
    "Zeus|Hamlet|Aladdin|Hanuman|Winnie the Pooh|Katniss Everdeen"
).split("|")


def _digits(chance: random.Random, count: int) -> str:
    return str(chance.randint(1, 9)) + "".join(chance.choices("0123456789", k=count - 1))


def _isbn(chance: random.Random) -> str:
    body = chance.choice(("978", "979")) + _digits(chance, 9)
    check = (10 - sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(body)) % 10) % 10
    return chance.choice(
        (f"{body}{check}", f"{body[:3]}-{body[3]}-{body[4:8]}-{body[8:12]}-{check}")
    )


def _order(chance: random.Random) -> str:
    number = _digits(chance, chance.randint(6, 14))
    return chance.choice(
        (
            f"My order {number} has not arrived yet.",
            f"order #{number} was cancelled",
            f"ticket number {number} is still open",
            f"el pedido {number} llegó roto",
            f"mera order {number} abhi tak nahi aaya",
            f"मेरा ऑर्डर {number} नहीं आया",
            f"invoice no. {number}, thanks",
            f"the tracking id is {number}",
            f"reference {number} was closed",
            f"SKU-{number} is out of stock",
            f"booking ref. {number}",
            f"factura {number} pendiente",
        )
    )


def _price(chance: random.Random) -> str:
    big, cents = chance.randint(1, 9999), chance.randint(0, 99)
    return chance.choice(
        (
            f"It costs ${big:,}.{cents:02d} with tax.",
            f"the house went for {chance.randint(100, 999)},{chance.randint(100, 999)},000 dollars",
            f"cuesta {big},{cents:02d} € al mes",
            (
                f"₹{chance.randint(1, 99)},{chance.randint(10, 99)},{chance.randint(100, 999)} was "
                "the deposit"
            ),
            f"they want £{big} per month for it",
            f"yeh phone {chance.randint(10, 99)},999 rupaye ka hai",
            (
                f"budget: {chance.randint(1, 9)} {chance.randint(100, 999)} "
                f"{chance.randint(100, 999)} kr"
            ),
            f"USD {big}.{cents:02d} or EUR {big - 1}.{cents:02d}",
        )
    )


def _date(chance: random.Random) -> str:
    year, month, day = chance.randint(1500, 2049), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice(
        (
            f"The deadline is {year}-{month:02d}-{day:02d}.",
            f"on {day:02d}/{month:02d}/{year} we meet",
            f"from {year} to {year + 9}, or {year}-{year + 9}",
            f"log at {year}-{month:02d}-{day:02d} {day % 24:02d}:{month:02d}:{day:02d}",
            f"nos vemos el {day} de mayo de {year}",
            f"{day}.{month}.{year} was a Sunday",
            f"exam {day:02d}-{month:02d}-{year} ko hai",
            f"{year}{month:02d}{day:02d}T101530 is the timestamp",
            f"the war of {year} ended in {year + 4}",
            f"file_{year}{month:02d}{day:02d}.txt",
        )
    )


def _score(chance: random.Random) -> str:
    a, b = chance.randint(0, 130), chance.randint(0, 130)
    return chance.choice(
        (
            f"We won {a}-{b} last night!",
            f"sets: 6-4 {a % 8}-6 7-5",
            f"el partido terminó {a % 9}-{b % 9}",
            f"my high score is {_digits(chance, 7)} points",
            f"{a}/{b + 130} correct, {a % 100}.{b % 10} %",
            f"India scored {a + 200}/{b % 10} in 50 overs",
            f"poll: {a % 100}% against {100 - a % 100}%",
            f"he ran it in 2:0{a % 10}:{b % 60:02d}.{a % 100:02d}",
            f"rated {a % 5}.{b % 10} out of 5 by {_digits(chance, 6)} people",
        )
    )


def _version(chance: random.Random) -> str:
    a, b, c, d = (chance.randint(0, 40) for _ in range(4))
    return chance.choice(
        (
            f"Python {a % 4}.{b}.{c} fixed it",
            f"version {a}.{b}.{c}.{d} is out",
            f"v{a}.{b}.{c}-beta.{d}",
            f"driver {a + 400}.{b}.{c}",
            f"firmware {a}.{b}.{c}.{d} broke my router",
            f"pip install foo=={a}.{b}.{c}",
            f"release {2000 + a}.{b}.{c}",
            f"chrome build {a + 90}.0.{c + 4000}.{d}",
            f"commit {chance.getrandbits(28):07x} on main",
            f"section {a}.{b}.{c} of the manual",
        )
    )


def _book(chance: random.Random) -> str:
    number = _isbn(chance)
    return chance.choice(
        (
            f"ISBN {number}",
            f"the book (ISBN: {number}) is sold out",
            f"busco el libro {number}",
            f"ISBN-13 {number}, second edition",
            (
                f"chapter {chance.randint(1, 40)}, page {chance.randint(1, 900)}, line "
                f"{chance.randint(1, 30)}"
            ),
            f"doi 10.{chance.randint(1000, 9999)}/{chance.randint(100, 999)}.{_digits(chance, 5)}",
            f"ISSN {_digits(chance, 4)}-{_digits(chance, 4)}",
            f"EAN {_digits(chance, 8)}",
        )
    )


def _age(chance: random.Random) -> str:
    age = chance.randint(3, 99)
    return chance.choice(
        (
            f"I'm {age} years old.",
            f"tengo {age} años",
            f"main {age} saal ka hoon",
            f"मैं {age} साल की हूँ",
            f"my dog is {age % 15 + 1} and my cat is {age % 9 + 1}",
            f"{age}F here, is that normal?",
            f"a {age}-year-old oak",
            f"she turned {age} in May",
            f"born in the {chance.randint(50, 99)}s",
            f"grade {age % 12 + 1}, room {chance.randint(100, 400)}",
        )
    )


def _measure(chance: random.Random) -> str:
    a, b = chance.randint(2, 999), chance.randint(2, 99)
    return chance.choice(
        (
            f"{a} x {b} = {a * b}",
            f"pi is 3.14159265358979, not {a}/{b}",
            f"the box is {a}x{b}x{a + 1} cm",
            f"{a},{b:02d}{a:03d} people live there",
            f"a resolution of {a * 10}x{b * 10}",
            f"from {a} to {a + b} km in {b} min",
            "e = 2.718281828, g = 9.80665",
            f"population 1{a:03d}{a:03d}",
            f"add {a} g of flour, {b} ml of milk, 180 degrees",
            f"room temperature {b}.5 C, humidity {a % 100} %",
            f"bus {a} leaves at 10:{b % 60:02d}",
            f"call me at {b % 12 + 1} or so",
            "I have one two three four reasons",
            f"level {b}, {a} HP, position {a}, {b}",
            f"x = {a}.{b}, y = -{b}.{a}",
        )
    )


def _speech(chance: random.Random) -> str:
    return chance.choice(
        (
            "the password is incorrect",
            "I forgot my password again, what should I do",
            "mi contraseña no funciona",
            "is a token of my love enough",
            "the key to happiness is patience",
            "instagram is down today",
            "my name is not important",
            "everyone calls me crazy",
            "mera naam mat lo",
            "meet @ 5 pm @ home",
            "a bank account would be nice",
            "send me your address when you can",
            "the street was long and dark",
            "I live on the third floor of an old house",
            "my number one rule: never lie",
            "do you have a passport or a driver's license?",
            "what is an IP address?",
            "vivo en una calle muy bonita",
            "the secret: be yourself",
            "at least she said dot dot dot",
            "at the end of the road turn left",
            "call 911 or 112 in an emergency",
            "he works at night and sleeps by day",
            "plot twist: the house, 2 cats, and a dragon",
            "flat 50% off, house party, 20 people and a cake",
            "a long way to go, 100 miles",
            "in 1984 it was a bestseller",
            "my social life is over at 30",
            "तुम्हारा नाम क्या है?",
            "kya tum mera number jaante ho?",
        )
    )


def _story(chance: random.Random) -> str:
    hero, other = chance.sample(_HEROES, 2)
    return chance.choice(
        (
            f"Once upon a time {hero} met a talking fox.",
            f"Write a story where {hero} fights {other}.",
            f"*{hero} draws a sword* Who goes there?",
            f"Pretend you are {hero} and I am {other}.",
            f"Is {hero} stronger than {other}?",
            f"Escribe un cuento sobre {hero} y la luna.",
            f"{hero} ki kahani sunao",
            f"I love how {hero} ends the last chapter.",
        )
    )


def _code(chance: random.Random) -> str:
    a, b = chance.randint(0, 255), chance.randint(0, 999)
    return chance.choice(
        (
            f"color: #{a:02x}{a:02x}ff; margin: {b}px",
            f"for i in range({b}): print(i)",
            f"uuid 1b4e28ba-2fa1-11d2-883f-{a:02x}b9a7{b:03d}bde"[:45],
            f"error 0x8007{b:04d} at line {b}",
            f"port {b + 8000} is closed on localhost 127.0.0.1",
            f"std::vector<int> v({b});",
            f"npm run build -- --mode=prod{b}",
            f"SELECT name FROM users WHERE id = {b};",
            f"time {b % 24:02d}:{a % 60:02d}:{b % 60:02d}:{a % 30:02d}",
            f"sha {chance.getrandbits(160):040x}",
            f"https://example.com/articles/{b}?page={a}",
            f"the serial number is {_digits(chance, 10)}",
        )
    )


KINDS: Mapping[str, Callable[[random.Random], str]] = {
    "order": _order,
    "price": _price,
    "date": _date,
    "score": _score,
    "version": _version,
    "book": _book,
    "age": _age,
    "measure": _measure,
    "speech": _speech,
    "story": _story,
    "code": _code,
}


def write_lookalikes(count: int = 500, seed: int = 1) -> list[tuple[str, str]]:
    """Return distinct pairs of kind and text, the kinds in turn; the same for a seed."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    kinds = list(KINDS)
    written: dict[str, str] = {}
    tries = 0
    while len(written) < count:
        kind = kinds[tries % len(kinds)]
        written.setdefault(KINDS[kind](chance), kind)
        tries += 1
    return [(kind, text) for text, kind in written.items()]
