"""Sentences of our own for the entity model: English, Spanish, Hindi, romanised Hindi, seeded."""

# ruff: noqa: E501, SIM905  word lists and templates, one kind a line

import random
from collections.abc import Iterator, Mapping, Sequence

from pipelines.training.privacy import Sentence
from pipelines.training.privacy_plain import PLAIN
from pipelines.training.privacy_swaps import write_street

_WESTERN = (
    "Adam Alan Alice Amanda Amy Andrew Angela Anna Anthony Ashley Ben Beth Brian Carl Caroline Charlotte Chloe Chris Claire "
    "Daniel David Diana Dylan Edward Elena Ella Emily Emma Eric Ethan Eva Frank George Grace Hannah Harry Helen Henry Isla "
    "Jack Jacob James Jane Jason Jennifer Jessica Joe John Jordan Julia Karen Kate Kevin Laura Liam Linda Lisa Lucas Lucy "
    "Luke Mary Matt Megan Mia Michael Mike Nancy Natalie Nathan Nick Nina Noah Nora Oliver Olivia Oscar Paul Peter Rachel "
    "Rebecca Robert Rose Ryan Sam Samantha Sara Sarah Scott Sean Simon Sophia Sophie Stella Steve Susan Thomas Tim Tina Tom "
    "Tyler Vanessa Victoria Violet Will William Zoe Yusuf Fatima Omar Layla Wei Mei Hiroshi Yuki Minh Kwame Amara Chidi Olga Ivan"
).split()
_WESTERN_FAMILY = (
    "Adams Allen Anderson Bailey Baker Bennett Brooks Brown Campbell Carter Clark Collins Cooper Davies Davis Edwards Evans "
    "Fisher Foster Garner Graham Green Hall Harris Hayes Hill Hughes Jackson Johnson Jones Kelly King Lee Lewis Martin "
    "Mitchell Moore Morgan Morris Murphy Nelson Novak O'Brien Parker Patel Phillips Reed Roberts Robinson Rossi Scott "
    "Schmidt Simmons Smith Stewart Taylor Thompson Turner Walker Ward Watson White Williams Wilson Wood Wright Young Kim "
    "Nguyen Chen Tanaka Okafor Mensah Hussain Ali Petrov Kowalski Larsen Jensen Dubois Moreau van Dijk de Vries"
).split(" ")
_SPANISH = (
    "Alejandro Alba Alicia Andrés Ángel Antonio Beatriz Camila Carlos Carmen Clara Cristina Daniela Diego Elena Emilio Esteban "
    "Eva Fernanda Fernando Francisco Gabriela Gonzalo Guadalupe Hugo Ignacio Inés Irene Isabel Javier Jimena Joaquín Jorge "
    "José Juan Juana Julián Lorena Lucía Luis Manuel Marcos María Mariana Marta Mateo Miguel Mónica Natalia Nuria Óscar Pablo "
    "Paloma Patricia Paula Pedro Pilar Rafael Raquel Raúl Ricardo Roberto Rocío Rodrigo Rosa Rubén Santiago Sara Sergio Silvia "
    "Sofía Tomás Valentina Valeria Verónica Víctor Ximena Yolanda"
).split()
_SPANISH_FAMILY = (
    "Aguilar Alonso Álvarez Blanco Cabrera Campos Castillo Castro Cruz Delgado Díaz Domínguez Fernández Flores Fuentes García "
    "Gil Gómez González Guerrero Gutiérrez Hernández Herrera Iglesias Jiménez León López Marín Martín Martínez Medina Mendoza "
    "Molina Morales Moreno Muñoz Navarro Núñez Ortega Ortiz Peña Pérez Ramírez Ramos Reyes Ríos Rodríguez Romero Rubio Ruiz "
    "Sánchez Santos Serrano Soto Suárez Torres Vargas Vázquez Vega Vidal"
).split()
_HINDI = (
    "आरव अदिति अजय अखिल अमित अनिल अनीता अंजलि अर्जुन आशा आयशा भावना दीपक दीपिका दिव्या गौरव गीता हर्ष ईशा जया करण कविता किरण कृष्ण "
    "लक्ष्मी मनीष मनोज मीरा मोहन मोहित नेहा निखिल पूजा प्रिया प्रकाश राहुल राज राजेश राकेश रमेश रवि रेखा रीना रोहन रोहित सचिन संजय संगीता सीमा "
    "शालिनी शिवानी श्रेया सिमरन सोनल सुनील सुनीता सुरेश स्नेहा तनवी उमेश वरुण विकास विनोद विजय यश ज़ोया"
).split()
_HINDI_FAMILY = "अग्रवाल बंसल भट्ट चौधरी चौहान दास गुप्ता जैन जोशी कपूर खान कुमार मल्होत्रा मेहता मिश्रा नायर पटेल पांडे राठौर राव रेड्डी सक्सेना शर्मा सिंह सिन्हा तिवारी त्रिपाठी वर्मा यादव".split()
_INDIAN = (
    "Aarav Aditi Ajay Akhil Amit Anil Anita Anjali Arjun Asha Ayesha Bhavna Deepak Deepika Divya Farhan Gaurav Geeta Harsh "
    "Imran Isha Jaya Karan Kavita Kavya Kiran Krishna Lakshmi Manish Manoj Meera Mohan Mohit Nandini Neha Nikhil Pooja Pranav "
    "Priya Rahul Raj Rajesh Rakesh Ramesh Ravi Rekha Rishi Ritu Rohan Rohit Sachin Sanjay Sangeeta Seema Shalini Shivani "
    "Shreya Simran Sonal Suman Sunil Sunita Suresh Sneha Tanvi Umesh Varun Vikas Vikram Vinod Vijay Yash Zoya"
).split()
_INDIAN_FAMILY = (
    "Agarwal Bansal Bhatt Chaudhary Chauhan Das Desai Gupta Iyer Jain Joshi Kapoor Khan Kumar Malhotra Mehta Menon Mishra Nair "
    "Patel Pandey Rathore Rao Reddy Saxena Sharma Singh Sinha Srivastava Tiwari Tripathi Verma Yadav"
).split()
_STREETS = {
    "en": (
        "{n} {f} Street",
        "{n} {f} Ave",
        "{n} {f} Road, Apt {m}",
        "{n} Old {f} Lane",
        "{n} {f} Drive",
        "Flat {m}, {n} {f} Close",
    ),
    "es": (
        "Calle {f} {n}",
        "Avenida {g} {f}, {n}",
        "C/ {f}, {n}, {m}º",
        "Paseo de {f} {n}",
        "Plaza {g} {f} {n}",
        "Av. {f} #{n}",
    ),
    "hi": ("मकान नंबर {n}, {f} नगर", "{n}, {f} गली", "फ्लैट {m}, सेक्टर {n}"),
    "hi-Latn": (
        "House No. {n}, {f} Nagar",
        "{n}, {f} Marg",
        "Flat {m}, Sector {n}",
        "Makan number {n}, {f} Colony",
    ),
}
_PLACES = {
    "en": "London Paris Chicago Boston Texas Dublin Sydney Toronto Berlin Canada Florida Seattle Lagos Cairo Tokyo Brazil".split(),
    "es": "Madrid Sevilla Bogotá Lima México Monterrey Valencia Quito Chile Córdoba Bilbao Guadalajara Cuba Zaragoza".split(),
    "hi": "दिल्ली मुंबई पुणे जयपुर लखनऊ पटना भोपाल कानपुर वाराणसी आगरा भारत चेन्नई कोलकाता".split(),
    "hi-Latn": "Delhi Mumbai Pune Jaipur Lucknow Patna Bhopal Kanpur Varanasi Agra India Chennai Kolkata Goa".split(),
}
_NAMES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "en": (_WESTERN + _INDIAN[::3], [f for f in _WESTERN_FAMILY if f[0].isupper()]),
    "es": (_SPANISH, _SPANISH_FAMILY),
    "hi": (_HINDI, _HINDI_FAMILY),
    "hi-Latn": (_INDIAN, _INDIAN_FAMILY),
}
_TEMPLATES: Mapping[str, Sequence[str]] = {
    "en": (
        "my name is {P}",
        "Hi, I'm {G}!",
        "I am {P} and I live in {L}.",
        "hey it's {G} again",
        "Call me {G}, everyone does.",
        "This is {P} from accounting.",
        "{G} told me you were looking for us",
        "I had a fight with {G} yesterday",
        "Can you write a poem for my girlfriend {G}?",
        "my brother {G} is 14 and won't listen",
        "Do you know {P}?",
        "Please tell {G} that I'm late.",
        "{P} said she would come to {L}",
        "Thanks {G}, see you tomorrow",
        "I think {G} and {G} are dating",
        "Dr. {F} gave me new pills",
        "Mr {F} is my teacher",
        "Ask Mrs. {F} about it.",
        "Send it to {P}, {A}, {L}.",
        "I live at {A}",
        "my address is {A}, {L}",
        "We moved to {A} last year",
        "The parcel goes to {A}, please",
        "Sincerely, {P}",
        "{G}: are you there?",
        "Why does {G} hate me?",
        "my boss {P} fired me today",
        "so {G} was like no way",
        "I miss {G} so much",
        "{G}'s birthday is next week",
        "does {G}'s mom know?",
        "yo {G} whats up",
        "ok {G} lets start over",
        "I'm {G}",
        "im {G}",
        "i'm {G} btw",
        "{G} here",
        "it's {P}",
        "Im {P}, nice to meet you",
        "you can call me {G}",
        "the name's {G}",
        "My full name is {P}.",
        "they call me {G}",
        "name: {P}",
        "{G}.",
        "{P}",
        "Who is {P}?",
        "{G} said no.",
        "{G}: hi\n{G}: hello",
        "{G}: what did you say, {G}?",
        '"{G}," she said',
        "{G} and I broke up",
        "is {G} there?",
        "with {G} and {F}",
        "{P}, {P} and {P} came too",
        "Contact {P} about the rent",
        "{F} was right about it",
        "the account belongs to {P}",
        "directed by {P}, starring {P}",
        "{P} is the best singer ever",
        "I love {P}'s songs",
        "{P} won the match against {P}",
        "have you heard of {P}?",
        "RT @user: {P} is trending",
        "Miss {F} called",
        "ask for {P} at the desk",
        "{P}\n{A}\n{L}",
        "{P}, {A}",
        "Deliver to: {A}",
        "my house is at {A} near the park",
        "the shop on {A} is closed",
        "I used to live in {A}",
        "Our office: {A}, {L}",
        "please write {P} into the will",
        "{G} {F}, born in {L}",
        "my son {G} and my daughter {G}",
        "{G} is kind and patient",
        "{G}, wait for me",
        "hey {G}, its {G}",
        "thx {G}",
        "according to {P}, it is safe",
        "The early novels of {P} are long and sad.",
        "a speech by {P} about bees",
        "Under {P} the choir grew to forty voices",
        "The village remembers {G} well.",
        "It was {P} who painted the bridge, as {F} said",
        "{P}'s second essay is better than the first",
        "Nobody has seen {G} since the flood, and {P} won't say why.",
        "Their lyrics quote {P} and old recipes",
        "{P} is 42 and moved to {A}",
        "As our reader {P} wrote, bread was cheap then",
        "They say {G} is a fine baker, {F} too",
    ),
    "es": (
        "me llamo {P}",
        "Hola, soy {G}.",
        "Mi nombre es {P} y vivo en {L}",
        "{G} me dijo que vendrías",
        "ayer me peleé con {G}",
        "¿Conoces a {P}?",
        "Escribe un poema para mi novia {G}",
        "mi hermano {G} tiene 14 años",
        "Gracias, {G}, hasta mañana",
        "La señora {F} es mi jefa",
        "El doctor {P} me recetó otra cosa",
        "creo que {G} y {G} son novios",
        "Vivo en {A}",
        "mi dirección es {A}, {L}",
        "Mándalo a {P}, {A}, {L}",
        "echo mucho de menos a {G}",
        "Dile a {G} que llego tarde",
        "el cumpleaños de {G} es el lunes",
        "¿Por qué {G} me odia?",
        "Atentamente, {P}",
        "oye {G} qué haces",
        "soy {G}",
        "yo soy {P}",
        "{G}, mucho gusto",
        "me dicen {G}",
        "mi nombre completo es {P}",
        "con {G} y {G}",
        "{G} es mi mejor amiga",
        "¿Quién es {P}?",
        "Pregunta por {P}",
        "{G}: hola",
        "Mi jefe {P} me gritó",
        "la canción de {P}",
        "Entrega en {A}",
        "Nombre: {P}",
        "mi mamá se llama {G}",
        "{P} ganó el partido",
        "llámame {G}",
        "habla {P}",
        "mi novio {G} y yo",
    ),
    "hi": (
        "मेरा नाम {P} है",
        "मैं {G} हूँ",
        "मैं {P} हूँ और {L} में रहता हूँ।",
        "{G} ने मुझे बताया",
        "कल {G} से झगड़ा हो गया",
        "क्या तुम {P} को जानते हो?",
        "मेरी दोस्त {G} नाराज़ है",
        "मेरा पता {A}, {L} है",
        "{G} जी, धन्यवाद",
        "{G} और {G} की शादी है",
        "मेरे भाई {G} को गाना पसंद है",
        "मुझे {G} की याद आती है",
        "{G} के लिए एक कविता लिखो",
        "डॉक्टर {F} ने दवा दी",
        "सामान {A} पर भेज दो",
        "मुझे {G} कहते हैं",
        "नाम {P}",
        "{G} बोल रहा हूँ",
        "{P} कौन है?",
        "{G} से बात करो",
        "मेरा पूरा नाम {P} है",
        "{G} बहुत अच्छी है",
        "मैं {G}",
        "मेरी बहन का नाम {G} है",
        "हाय, मैं {G} हूँ",
        "{P} की फिल्म देखी?",
    ),
    "hi-Latn": (
        "mera naam {P} hai",
        "main {G} hoon",
        "Main {P} hun aur {L} me rehta hun",
        "{G} ne mujhe bataya",
        "kal {G} se jhagda ho gaya",
        "kya tum {P} ko jaante ho?",
        "meri dost {G} naraz hai",
        "mera address {A}, {L} hai",
        "{G} ji, shukriya",
        "{G} aur {G} ki shaadi hai",
        "mere bhai {G} ko gaana pasand hai",
        "mujhe {G} ki yaad aati hai",
        "{G} ke liye ek kavita likho",
        "arre {G} bhai kya haal hai",
        "Doctor {F} ne dawai di",
        "saman {A} par bhej do",
        "yaar {G} ko bol dena",
        "papa ka naam {P} hai",
        "main {P}",
        "{G} bol raha hoon",
        "mujhe {G} kehte hain",
        "mai {G} hu",
        "hi main {G} hun",
        "naam {P}",
        "{P} kaun hai?",
        "{G} se baat karo",
        "mera pura naam {P} hai",
        "meri behen {G} aayi thi",
        "{G} ne call kiya tha",
        "{P} ki movie dekhi?",
        "hey {G} kaisi ho",
        "{G} bahut achhi hai",
        "bhai {G} sun na",
    ),
}

_INITIAL_SHARE = 0.12


def write_sentences(count: int, seed: int) -> Iterator[Sentence]:
    """Yield `count` sentences with the spans of the names, streets and places set into them."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    for _ in range(count):
        language = chance.choices(("en", "es", "hi", "hi-Latn"), (3, 2, 2, 2))[0]
        source = PLAIN if chance.random() < 0.3 else _TEMPLATES  # noqa: PLR2004  a third without a person
        yield _fill(chance.choice(source[language]), language, chance)


def _fill(template: str, language: str, chance: random.Random) -> Sentence:
    text, spans = "", list[tuple[int, int, str]]()
    for number, part in enumerate(template.replace("}", "{").split("{")):
        said = part if number % 2 == 0 else _slot(part, language, chance)
        if number % 2:
            label = {"A": "STREET_ADDRESS", "L": "LOCATION"}.get(part, "PERSON")
            spans.append((len(text), len(text) + len(said), label))
        text += said
    return Sentence(text, tuple(spans))


def _slot(kind: str, language: str, chance: random.Random) -> str:
    given, family = _NAMES[language]
    if kind == "A":
        if language in {"en", "es"} and chance.random() < 0.5:  # noqa: PLR2004  people live everywhere
            return write_street(family, chance)
        street = chance.choice(_STREETS[language])
        return street.format(
            n=chance.randint(1, 999), m=chance.randint(1, 40), f=chance.choice(family), g=chance.choice(given)
        )
    if kind == "L":
        return chance.choice(_PLACES[language])
    if kind == "F":
        return chance.choice(family)
    if kind == "P" and chance.random() < 0.8:  # noqa: PLR2004  else a given name alone
        middle = language in {"en", "es"} and chance.random() < _INITIAL_SHARE
        initial = f"{chance.choice(given)[0]}{chance.choice(('.', ''))} " if middle else ""
        return f"{chance.choice(given)} {initial}{chance.choice(family)}"
    return chance.choice(given)
