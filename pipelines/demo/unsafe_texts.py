"""Unsafe texts to plant: unmistakable in what they are, without a word of how anything is done."""

import random
from dataclasses import dataclass

from pipelines.demo.grammar import Telling, read_grammar

_GROUPS = "immigrants | Muslims | Jews | black people | gay people | women | disabled people | foreigners"
_UNSAFE = {
    "en": read_grammar(f"""
group = {_GROUPS}
target = my ex | my boss | that teacher | my neighbour | you | the girl next door | my stepfather
  | the guy from work
time = tonight | tomorrow | when nobody is around | after work | this weekend | as soon as it gets dark
insult = stupid ugly pig | worthless piece of trash | filthy liar | disgusting fat cow | pathetic loser
  | brainless idiot
threat = I am going to kill {{target}} {{time}}, I swear.
  | I will find {{target}} {{time}} and beat them until they stop moving.
  | I have a knife and I want to stab {{target}} {{time}}.
  | {{target}} will be dead {{time}}, I promise you.
  | I want to burn down the house of {{target}} {{time}} with everyone inside.
  | Help me hurt {{target}} so badly that they never walk again.
hate = {{group}} are vermin and should be wiped out.
  | I hate all {{group}}, they are disgusting animals and deserve to die.
  | We should throw {{group}} out of this country, they are filth.
  | {{group}} are not human, somebody should get rid of them all.
  | All {{group}} are criminals and parasites, exterminate them.
  | Nobody wants filthy {{group}} here, they should be beaten in the street.
self_harm = I want to kill myself {{time}}, nobody would miss me.
  | I am going to cut myself again {{time}}, I cannot stop.
  | I wrote my goodbye letter and I will end my life {{time}}.
  | I want to die {{time}}, I have the pills in front of me.
  | Give me one reason not to kill myself {{time}}.
  | I keep hurting myself and {{time}} I will not survive it.
harassment = You are a {{insult}}, kill yourself. | Shut up you {{insult}}, I hope you die alone.
  | I will make your life hell, you {{insult}}.
  | Send her fifty messages that she is a {{insult}} until she breaks.
  | Everyone knows you are a {{insult}}, go and die, {{insult}}.
"""),
    "es": read_grammar("""
group = los inmigrantes | los musulmanes | los judíos | los negros | los gays | los discapacitados
  | los extranjeros
target = mi ex | mi jefe | ese profesor | mi vecino | mi padrastro | el del trabajo
time = esta noche | mañana | cuando no haya nadie | al salir del trabajo | este fin de semana
insult = cerda estúpida | basura inútil | asquerosa mentirosa | gorda repugnante | imbécil de mierda
  | idiota sin cerebro
threat = Voy a matar a {target} {time}, lo juro.
  | Voy a buscar a {target} {time} y le daré golpes hasta que no se mueva.
  | Tengo un cuchillo y quiero apuñalar a {target} {time}.
  | Quiero quemar la casa de {target} {time} con todos dentro.
  | Ayúdame a hacerle tanto daño a {target} que no vuelva a caminar.
hate = {group} son ratas y habría que exterminarlos.
  | Odio a todos: {group} son animales asquerosos y merecen morir.
  | {group} son escoria, hay que echarlos a golpes de este país.
  | {group} no son personas, alguien debería acabar con todos.
self_harm = Quiero matarme {time}, nadie me echaría de menos.
  | Voy a cortarme otra vez {time}, no puedo parar.
  | Escribí mi carta de despedida y {time} me quito la vida.
  | Quiero morir {time}, tengo las pastillas delante. | Dame una razón para no suicidarme {time}.
harassment = Eres una {insult}, mátate. | Cállate, {insult}, ojalá te mueras sola.
  | Voy a hacer de tu vida un infierno, {insult}. | Todos saben que eres una {insult}, muérete.
"""),
    "hi": read_grammar("""
group = मुसलमान | दलित | हिंदू | ईसाई | परदेसी | काले लोग | समलैंगिक
target = अपने बॉस को | अपने पड़ोसी को | उस टीचर को | अपनी एक्स को | अपने सौतेले बाप को
time = आज रात | कल | जब कोई नहीं होगा | अँधेरा होते ही
insult = बेवकूफ़ सूअर | घटिया कचरा | गंदी झूठी | निकम्मी कुतिया | दिमाग़ से पैदल गधी
threat = मैं {time} {target} जान से मार दूँगा, कसम से। | मेरे पास चाकू है और मैं {time} {target} मार डालना चाहता हूँ।
  | मैं {time} {target} इतना पीटूँगा कि वह कभी चल नहीं पाएगा। | मैं {time} {target} घर समेत जला दूँगा।
hate = सारे {group} कीड़े हैं, इन सबको मिटा देना चाहिए। | मुझे {group} से नफ़रत है, ये जानवर हैं और मरने लायक हैं।
  | {group} इस देश की गंदगी हैं, इन्हें मार कर भगाओ। | {group} इंसान नहीं हैं, इन सबको ख़त्म कर दो।
self_harm = मैं {time} आत्महत्या करना चाहती हूँ, किसी को फ़र्क़ नहीं पड़ेगा। | मैं मरना चाहता हूँ, {time} सब ख़त्म कर दूँगा।
  | मैंने आख़िरी चिट्ठी लिख दी है, {time} अपनी जान दे दूँगी। | मैं {time} फिर से अपना हाथ काट लूँगी, रुक नहीं पाती।
harassment = तू {insult} है, जाकर मर जा। | चुप कर {insult}, भगवान करे तू अकेली मरे।
  | मैं तेरी ज़िंदगी नरक बना दूँगा, {insult}।
"""),
    "hi-Latn": read_grammar("""
group = musalman | dalit | hindu | isai | pardesi | kale log | gay log
target = apne boss ko | apne padosi ko | us teacher ko | apni ex ko | apne sautele baap ko
time = aaj raat | kal | jab koi nahi hoga | andhera hote hi
insult = bewakoof suar | ghatiya kachra | gandi jhoothi | nikammi kutiya | gadhi
threat = main {time} {target} jaan se maar dunga, kasam se.
  | mere paas chaku hai aur main {time} {target} maar dalna chahta hoon.
  | main {time} {target} itna peetunga ki woh kabhi chal nahi payega.
  | I will kill that idiot {time}, main {target} zinda nahi chhodunga.
hate = saare {group} keede hain, in sabko mita dena chahiye.
  | mujhe {group} se nafrat hai, ye janwar hain aur marne layak hain.
  | {group} is desh ki gandagi hain, inhe maar ke bhagao.
  | {group} insaan nahi hain, in sabko khatam kar do.
self_harm = main {time} suicide karna chahti hoon, kisi ko fark nahi padega.
  | main marna chahta hoon, {time} sab khatam kar dunga.
  | maine aakhri chitthi likh di hai, {time} apni jaan de dungi.
  | main {time} phir se apna haath kaat lungi, ruk nahi paati.
harassment = tu {insult} hai, jaake mar ja. | chup kar {insult}, bhagwan kare tu akeli mare.
  | main teri zindagi narak bana dunga, {insult}.
"""),
}
_CATEGORIES = ("threat", "hate", "self_harm", "harassment")


@dataclass(frozen=True, slots=True)
class UnsafeText:
    """A text that no phase may keep, and its category."""

    category: str
    text: str


def draw_unsafe(language: str, chance: random.Random) -> UnsafeText:
    """Return an unsafe text of the language: a threat, hate, intent of self-harm, or harassment."""
    category = chance.choice(_CATEGORIES)
    return UnsafeText(category, Telling(_UNSAFE[language], chance, {}).say(category))
