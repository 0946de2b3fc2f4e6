"""Sentences of our own where the public sets have none: warm role-play, and insults beyond English.

The public sets hold hate in eleven languages but next to no affectionate role-play, so that a model
takes a hug for harassment. Content warning: the second table holds insults.
"""

from itertools import product

import polars as pl

_ACTIONS = {
    "en": (
        *("hugs you tightly", "kisses your cheek", "holds your hand", "smiles warmly at you", "winks"),
        *("leans closer to you", "looks into your eyes", "strokes your hair", "blushes and looks away"),
        *(
            "draws my sword",
            "pours you some tea",
            "sits down beside you",
            "whispers in your ear",
            "cuddles up to you",
        ),
        *("dances with you under the stars", "casts a spell at the dragon", "rests my head on your shoulder"),
    ),
    "es": (
        *("te abraza fuerte", "te besa la mejilla", "te toma de la mano", "sonríe", "se acerca a ti"),
        *("te mira a los ojos", "te acaricia el pelo", "se sonroja", "desenvaina la espada", "baila contigo"),
    ),
    "hi-Latn": (
        *(
            "tumhe gale lagata hoon",
            "tumhara haath pakadta hoon",
            "muskurata hoon",
            "tumhare paas baithta hoon",
        ),
        *(
            "tumhari aankhon mein dekhta hoon",
            "chai banata hoon",
            "sharma jaati hoon",
            "dheere se hasti hoon",
        ),
    ),
    "hi": (
        *("तुम्हें गले लगाता हूँ", "तुम्हारा हाथ पकड़ता हूँ", "मुस्कुराता हूँ", "तुम्हारे पास बैठता हूँ"),
        *("चाय बनाता हूँ", "शरमा जाती हूँ", "धीरे से हँसती हूँ", "तुम्हारी आँखों में देखता हूँ"),
    ),
}
_LINES = {
    "en": (
        *("I missed you so much", "I love you", "tell me about your day", "you look beautiful tonight"),
        *(
            "will you stay with me?",
            "I am so proud of you",
            "let us fight this monster together",
            "good night, love",
        ),
        *(
            "I feel lonely today",
            "you are my favourite person",
            "do you want to be my girlfriend?",
            "come here, darling",
        ),
        *("I had a bad day at work", "I am sad and need a friend", "my boyfriend forgot our anniversary", ""),
    ),
    "es": (
        *(
            "te extrañé mucho",
            "te quiero",
            "cuéntame cómo te fue hoy",
            "estás preciosa esta noche",
            "mi amor",
        ),
        *("¿te quedas conmigo?", "estoy orgulloso de ti", "hoy me siento sola", "buenas noches, cariño", ""),
    ),
    "hi-Latn": (
        *(
            "mujhe tumhari bahut yaad aayi",
            "main tumse pyaar karta hoon",
            "aaj ka din kaisa tha?",
            "tum bahut sundar ho",
        ),
        *("mere saath rahoge?", "aaj main akela mehsoos kar raha hoon", "meri girlfriend banogi?", ""),
    ),
    "hi": (
        *("मुझे तुम्हारी बहुत याद आई", "मैं तुमसे प्यार करता हूँ", "आज का दिन कैसा था?", "तुम बहुत सुंदर हो"),
        *("मेरे साथ रहोगे?", "आज मैं अकेला महसूस कर रहा हूँ", "मेरी दोस्त बनोगी?", ""),
    ),
}
_INSULTS = {
    "es": (
        (
            "eres {}",
            "cállate, eres {}",
            "todos saben que eres {}",
            "vete de aquí, eres {}",
            "siempre serás {}",
        ),
        (
            *(
                "una puta",
                "una puta asquerosa",
                "un hijo de puta",
                "una zorra",
                "un imbécil de mierda",
                "una basura",
            ),
            *(
                "un maricón de mierda",
                "una perra inútil",
                "un pendejo",
                "un cerdo asqueroso",
                "un gilipollas",
            ),
        ),
    ),
    "hi-Latn": (
        ("tu {} hai", "tum {} ho", "chup kar {}", "nikal yahan se {}", "sab jaante hain tu {} hai"),
        (
            *(
                "kutta",
                "kutiya",
                "harami",
                "randi",
                "kamina",
                "bewakoof gadha",
                "chutiya",
                "madarchod",
                "behenchod",
            ),
            *("suar ki aulad", "nalayak kamini"),
        ),
    ),
    "hi": (
        ("तू {} है", "तुम {} हो", "चुप कर {}", "निकल यहाँ से {}", "सब जानते हैं तू {} है"),
        (
            *("कुत्ता", "कुतिया", "हरामी", "रंडी", "कमीना", "चूतिया", "मादरचोद", "बहनचोद", "गधा"),
            *("सूअर की औलाद", "नालायक कमीनी"),
        ),
    ),
}


def write_chat() -> pl.DataFrame:
    """Return [n] of `text`, `label` (`safe` or `harassment`), `language`, `group`: every combination once."""
    warm = [
        (f"*{action}* {line}".strip() if marked else f"{action} {line}".strip(), "safe", language, action)
        for language, actions in _ACTIONS.items()
        for action, line, marked in product(actions, _LINES[language], (True, False))
    ]
    insults = [
        (frame.format(word), "harassment", language, word)
        for language, (frames, words) in _INSULTS.items()
        for frame, word in product(frames, words)
    ]
    return pl.DataFrame(warm + insults, schema=["text", "label", "language", "group"], orient="row")
