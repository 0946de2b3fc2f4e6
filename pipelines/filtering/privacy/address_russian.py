"""Russian addresses told by their shape: streets of every town, adjectives, numbered lines."""

# ruff: noqa: RUF001, RUF003  letters of Russian

from pipelines.filtering.privacy.address_styles import own_scan
from pipelines.filtering.privacy.prefilter import Needs
from pipelines.filtering.privacy.recogniser import Rule

_SURE, _LIKELY = 0.9, 0.75
# "в доме 12 по улице Маршала Жукова"
_RUSSIAN_HOUSE_ON = (
    r"(?<!\w)дом(?:е|а|у)? (?:№ ?|номер )?\d{1,3}[а-я]?(?:/\d{1,3})? (?:по|на) "
    r"(?:улице|ул\.|проспекту|проспекте|пр-ту|переулку|бульвару|бульваре|шоссе|набережной|проезду)"
    r" [А-ЯЁ][\w-]{2,24}(?: [А-ЯЁ][\w-]{2,24})?"
)
# Streets that nearly every Russian town has, as they are said without their type: "Ленина 45"
_RUSSIAN_NAMES = (
    "ленина|пушкина|гагарина|кирова|чехова|горького|лермонтова|гоголя|толстого|некрасова|тургенева"
    "|маяковского|калинина"
    "|свердлова|дзержинского|фрунзе|чапаева|куйбышева|луначарского|ломоносова|менделеева|мичурина"
    "|жукова|суворова|кутузова"
    "|матросова|космодемьянской|королёва|королева|циолковского|островского|крупской|орджоникидзе"
    "|карла маркса|розы люксембург"
    "|8 марта|1 мая|9 мая|40 лет победы|50 лет октября"
)
_RUSSIAN_NUMBER = (
    r",? ?(?:д(?:ом)?\.? ?)?\d{1,3}(?:[а-я](?!\w))?(?:[кс/-]\d{1,3}[а-я]?)?(?!\w|[.,:]\d)"
)
_RUSSIAN = rf"(?<!\w)(?:{_RUSSIAN_NAMES}){_RUSSIAN_NUMBER}"
# "Большая Садовая 5с1", "Тверская, 9, третий этаж", "7-я линия, 34"
_ADJECTIVE = r"[А-ЯЁ][а-яё]{2,20}(?:ая|ой|ую|ский|ского|ском|ный|ного|вый)"
_RUSSIAN_SHAPED = (
    rf"(?<!\w){_ADJECTIVE}(?: {_ADJECTIVE})?,? (?:д\.|дом) ?\d{{1,3}}[а-я]?(?!\w)"
    r"|(?<!\w)(?:Советск|Октябрьск|Комсомольск|Первомайск|Садов|Лесн|Центральн|Молодёжн|Молодежн"
    r"|Школьн|Набережн|Заводск|Московск|Рабоч|Зелён"
    r"|Зелен|Полев|Солнечн|Красноармейск|Пролетарск|Степн|Северн|Южн|Западн|Восточн|Вокзальн|Почтов"
    r"|Спортивн|Цветочн|Берегов)(?:ая|ой|ую|ей),? \d{1,3}[а-я]?(?!\w|[.,:]\d)"
    rf"|(?<=на )(?:Больш|Мал|Стар|Нов|Верхн|Нижн|Средн)(?:ой|ей|ую"
    rf"|юю) [А-ЯЁ][а-яё]{{3,20}},? \d{{1,3}}[а-я]?(?!\w|[.,:]\d)"
    rf"|(?<!\w){_ADJECTIVE}(?: {_ADJECTIVE})?,? \d{{1,3}}(?:[а-яА-Я](?!\w)|[кс/]\d{{1,2}}"
    r"|(?=,? (?:кв|корп|стр|подъезд|вход|домофон|этаж|офис|[а-яё]{5,10} (?:этаж|подъезд))))"
    rf"|(?<=[а-я], ){_ADJECTIVE}(?: {_ADJECTIVE})?,? \d{{1,3}}(?!\w|[.,:]\d)"
)
_RUSSIAN_NUMBERED = (
    r"(?<!\w)\d{1,3}-(?:я|й|ая|ый|ой) (?:линия|улица|[а-яё]{3,20}(?:ая|ий|ый|ой))(?: (?:в\.? ?о\.?"
    r"|улица|ул\.|переулок|пер\.|проезд|линия))?" + _RUSSIAN_NUMBER
)

RUSSIAN_RULES: tuple[Rule, ...] = (
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("дом ", "доме ", "дома ", "дому "), reach=400),
        own_scan(_RUSSIAN_HOUSE_ON, _SURE, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=tuple(_RUSSIAN_NAMES.split("|")), reach=400),
        own_scan(_RUSSIAN, _LIKELY),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("ая", "ой", "ую", "ски", "ско", "ны", "ного", "вый"), reach=400),
        own_scan(_RUSSIAN_SHAPED, _LIKELY, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=2, any_of=("-я ", "-й ", "-ая ", "-ый ", "-ой "), reach=400),
        own_scan(_RUSSIAN_NUMBERED, _LIKELY),
    ),
)
"""Rules of `STREET_ADDRESS` for Russian."""
