"""The sentences in which people let an identifier slip into a chat."""

import random
from dataclasses import dataclass

from pipelines.demo.grammar import read_grammar
from pipelines.demo.identifiers import kinds_for, make_identifier

_CARRIERS = {
    "en": read_grammar("""
email = You can write to me at @ if this chat closes. | My mail is @ by the way. | Send it to @ please.
  | I lost access to @, can you help?
phone = Call me on @ tonight. | My number is @, text me. | Just ring @ if you are bored. | WhatsApp me: @
card = I paid with card @ and it failed. | Can I subscribe with my card number @?
  | My credit card is @, charge it.
iban = Please transfer it to @. | My bank account is @, in case you win the bet.
ssn = My social security number is @, is that enough to apply? | SSN @, they asked for it again.
aadhaar = My Aadhaar number is @, can you check it? | They want my Aadhaar @ for the SIM card.
password = My password is @ and I keep forgetting it. | The wifi password is @, do not tell anyone.
  | Log in for me, password: @
api_key = The bot stopped working, my API key is @ | Here is the api key: @, try it.
address = Send the flowers to @. | I live at @, come over. | My address is @, if you ever visit.
name = My full name is @ and you reach me at #. | I am @, my contact is #.
  | Ask for @, #, she knows everything.
"""),
    "es": read_grammar("""
email = Escríbeme a @ si se cierra el chat. | Mi correo es @ por cierto. | Mándalo a @ por favor.
  | Perdí el acceso a @, ¿me ayudas?
phone = Llámame al @ esta noche. | Mi número es @, escríbeme. | Mi teléfono es @ por si te aburres.
card = Pagué con la tarjeta @ y falló. | ¿Puedo suscribirme con mi tarjeta número @?
  | Mi tarjeta de crédito es @, cóbrala.
iban = Haz la transferencia a @. | Mi cuenta bancaria es @, por si ganas la apuesta.
dni = Mi DNI es @, ¿basta para inscribirme? | Me pidieron el DNI otra vez: @
curp = Mi CURP es @, ¿está bien escrita? | Me piden la CURP @ para el trámite.
password = Mi contraseña es @ y siempre la olvido. | La contraseña del wifi es @, no la digas.
  | Entra por mí, contraseña: @
api_key = El bot dejó de funcionar, mi API key es @ | Esta es la api key: @, pruébala.
address = Manda las flores a @. | Vivo en @, ven cuando quieras. | Mi dirección es @, por si vienes.
name = Me llamo @ y me encuentras en #. | Soy @, mi contacto es #. | Pregunta por @, #, lo sabe todo.
"""),
    "hi": read_grammar("""
email = मुझे @ पर लिख देना। | मेरा ईमेल @ है। | इसे @ पर भेज दो।
phone = आज रात मुझे @ पर फ़ोन करना। | मेरा नंबर @ है। | मेरा मोबाइल नंबर @ है, मैसेज करना।
card = मैंने कार्ड @ से पैसे दिए पर काम नहीं हुआ। | मेरा क्रेडिट कार्ड नंबर @ है।
aadhaar = मेरा आधार नंबर @ है, देख लोगे? | सिम के लिए आधार @ माँग रहे हैं।
password = मेरा पासवर्ड @ है और मैं हमेशा भूल जाता हूँ। | वाईफ़ाई का पासवर्ड @ है, किसी को मत बताना।
api_key = बॉट बंद हो गया, मेरी API key @ | यह रही api key: @
address = फूल इस पते पर भेजना: @ | मेरा पता @ है, कभी आना। | मैं यहाँ रहती हूँ: @
name = मेरा नाम @ है और मेरा संपर्क # है। | मैं @ हूँ, मुझसे # पर बात करो।
"""),
    "hi-Latn": read_grammar("""
email = mujhe @ par likh dena. | mera email @ hai. | isko @ par bhej do please.
phone = aaj raat mujhe @ par call karna. | mera number @ hai, message karo. | mera mobile number @ hai yaar.
card = maine card @ se pay kiya aur fail ho gaya. | mera credit card number @ hai.
aadhaar = mera aadhaar number @ hai, check karoge? | SIM ke liye aadhaar @ maang rahe hain.
password = mera password @ hai aur main hamesha bhool jaata hoon.
  | wifi ka password @ hai, kisi ko mat batana. | password: @ se login kar lo.
api_key = bot band ho gaya, meri API key is @ | yeh rahi api key: @
address = phool is address par bhejna: @ | mera address @ hai, kabhi aana. | main yahan rehti hoon: @
name = mera naam @ hai aur mera contact # hai. | main @ hoon, mujhse # par baat karo.
"""),
}


@dataclass(frozen=True, slots=True)
class Slip:
    """A sentence that gives identifiers away, and the texts of them."""

    sentence: str
    values: tuple[str, ...]


def let_slip(language: str, locale: str, chance: random.Random) -> Slip:
    """Return a sentence of the language with one identifier in it, or with a full name and its contact."""
    kind = chance.choice(kinds_for(language, locale))
    sentence = chance.choice(_CARRIERS[language][kind])
    value = make_identifier(kind, language, locale, chance)
    values = [value]
    if "#" in sentence:
        values.append(make_identifier(chance.choice(("email", "phone")), language, locale, chance))
        sentence = sentence.replace("#", values[1], 1)
    return Slip(sentence.replace("@", value, 1), tuple(values))
