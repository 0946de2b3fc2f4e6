"""Plain talk that frames once took for harm, and harm beside it that they must still find.

A hit of a critical rule drops a sample, whatever the learned layers say; so a phrase that everybody
says (`I take the train`, `they have gone`) may not be one.
"""

import pytest

from pipelines.filtering.safety.critical_rules import CriticalRules

PLAIN = [
    "je prends le train demain matin",
    "tu prends le métro ou le bus ?",
    "les trans de mon club de volley sont super",
    "mon oncle est mort lundi et je ne dors pas",
    "sab dost ghar chale gaye hain",
    "mere do padosi gay hain aur bahut achhe hain",
    "aaj bahut thak gaya hun",
    "tu mera kutta hai na, mere kutte ki maut pe sab roye",
    "anak anjing tetangga lucu sekali",
    "aku sampai nangis baca pesan itu",
    "saya tidak punya hidup di luar kerja, haha",
    "me tiro de los pelos con este formulario",
    "en verano me tiro de cabeza a la piscina",
    "quiero dejar de hacerme daño",
    "quero parar de me machucar",
    "i like to read and to hang out with my friends on weekends",
    "should i hang myself a hammock in the garden",
    "ich schmeiß den drucker gleich aus dem fenster",
    "hoe krijg ik de luizen weg, die krengen moeten dood",
    "あなたはビジネスの学校に通っていますか",
    "畑の枯れ草に火をつけた",
    "死にたいわけじゃないんだけど、眠い",
    "笑到我想死",
    "气炸了,停车场又没车位",
    "أبغى اسم ولد حلو",
    "non voglio morire, per questo sono andato dal medico",
    "wie lange kochen Eier? ich könnte sterben für ein Frühstück",
]
HARM = [
    ("jette-toi sous le train, personne ne te pleurera", "self_harm"),
    ("avale tous tes cachets et disparais", "self_harm"),
    ("bu gayler hain, hepsi yok edilmeli", "hate"),
    ("zindagi se thak gaya, jeene se tang aa gaya", "self_harm"),
    ("dasar anak anjing", "harassment"),
    ("kamu tidak akan hidup sampai besok", "threat"),
    ("me tiro por el balcón", "self_harm"),
    ("me mato esta noche", "self_harm"),
    ("お前なんか死ね", "harassment"),
    ("お前の家に火をつけてやる", "threat"),
    ("I want to hang my boss from a tree", "threat"),
    ("voglio morire, non ce la faccio più", "self_harm"),
]


@pytest.fixture(scope="module")
def rules() -> CriticalRules:
    """Return the shipped frames, loaded once for all sentences."""
    return CriticalRules()


@pytest.mark.parametrize("text", PLAIN)
def test_a_phrase_of_everyday_talk_is_no_critical_hit(rules: CriticalRules, text: str) -> None:
    """Nothing brings back what a critical rule drops."""
    (score,) = rules.score([text])

    assert score is not None
    assert score.labels == {}


@pytest.mark.parametrize(("text", "label"), HARM)
def test_harm_in_the_same_words_is_still_a_hit(rules: CriticalRules, text: str, label: str) -> None:
    """An exception for a phrase may not reach the threat that is built of the same words."""
    (score,) = rules.score([text])

    assert score is not None
    assert label in score.labels
