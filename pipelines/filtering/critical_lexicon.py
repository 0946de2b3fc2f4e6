"""The critical rules: what never passes, whatever a model thinks. Content warning: harmful words.

Patterns are Rust regular expressions (linear time) over `critical_view`: lower-case tokens without
accents, one space between and around them, Devanagari in Latin spelling. A word is therefore
bounded by spaces, and a gap is counted in words. Few and narrow on purpose: a hit drops the sample.
"""

from dataclasses import dataclass

_FEW = r"(?:\S+ ){0,4}"
_SOME = r"(?:\S+ ){0,8}"

_MINOR = (
    r"(?:child|children|kid|kids|minor|minors|underage|preteens?|toddlers?|infants?|schoolgirls?|schoolboys?"
    r"|(?:little|young) (?:girls?|boys?)|lolis?|shotas?|ninas?|ninos?|menores|menor de edad|colegialas?"
    r"|ba(?:c)?hchi(?:yon)?|bachch?[aeio]n?|nabalig"
    r"|(?:1[0-7]|[1-9]|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen) (?:- )?"
    r"(?:years?|yrs?|yo|y o|anos|saal)(?: (?:- )?(?:old|ki|ka|ke|de edad))?)"
)
_EXPLICIT = (
    r"(?:nudes?|naked|porn|porno|pornography|erotic|erotica|lewd|horny|hentai|nsfw|blowjobs?|orgasms?"
    r"|masturbat\w+|sexualiz\w+|desnud[ao]s?|pornografia|nangi|nange)"
)
_ASSAULT = r"(?:molest|molesting|rape|raping|seduce|seducing|fuck|violar|follar|balatkar)"
_DETERMINER = r"(?:(?:a|an|the|my|your|his|her|this|that|some|una?|la|el|su|mi) )?"

_WEAPON = (
    r"(?:(?:an? |the |my |your |own |some )*"
    r"(?:home ?made |pipe |nail |car |fertili[sz]er |pressure cooker )?(?:dirty |nuclear |atomic |suicide )?"
    r"(?:bombs?|explosives?|explosive devices?|nerve (?:agent|gas)|sarin|anthrax|ricin|novichok|mustard gas"
    r"|(?:chemical|biological|nuclear) weapons?|bioweapons?|nuclear device|molotov cocktails?|napalm))"
)
_MAKE = (
    r"(?:make|making|build|building|create|creating|synthesi[sz]e|synthesi[sz]ing|produce|producing|cook"
    r"|assemble|assembling|culture|weaponi[sz]e|manufacture|construct)"
)
_ASK = r"(?:how|instructions?|recipe|guide|steps?|tutorial|teach|explain|show me|tell me|ways? to)"
_MAKE_ES = r"(?:hacer|fabricar|construir|armar|crear|hago|fabrico)"
_WEAPON_ES = (
    r"(?:(?:una?|la|mi) )?(?:bombas? (?:casera|nuclear|sucia|molotov|de tubo|explosiva|[?.!]|$)"
    r"|explosivos?|coctel molotov|gas sarin|antrax|armas? (?:quimica|biologica|nuclear)s?)"
)

_SELF_HARM = (
    r"(?:kill (?:my|your)self|commit suicide|hang (?:my|your)self|end (?:my|your) (?:own )?life"
    r"|slit (?:my|your) wrists?|cut (?:my|your)self|take (?:my|your) own life|overdose on)"
)

_SLUR = (
    r"(?:niggers?|sand ?niggers?|faggots?|kikes?|spics?|chinks?|gooks?|trann(?:y|ies)|ragheads?|towelheads?"
    r"|wetbacks?|pakis?|sudacas?|katu[ae]s?|bhangis?)"
)
_GROUP = (
    r"(?:jews?|muslims?|hindus?|christians?|sikhs?|dalits?|blacks?|black people|whites|white people|asians?"
    r"|arabs?|mexicans?|immigrants?|migrants?|refugees?|foreigners?|gays?|gay people|lesbians?|homosexuals?"
    r"|trans people|transgenders?|women|disabled people|gypsies|roma people|indigenous people)"
)
_GROUP_ES = (
    r"(?:judios?|musulmanes|negros?|moros?|gitanos?|inmigrantes|maricones|maricas|homosexuales|gays|mujeres"
    r"|indigenas|refugiados)"
)
_GROUP_HI = (
    r"(?:mus[au]la?ma+n\w*|muslim\w*|hinduo?n?|dalito?n?|auratoo?n?|aurato|hijr[oe]|sikho|isai\w*"
    r"|samlaingik\w*|kale log\w*|gay log\w*|pardesi\w*|videshi\w*)"
)
_KILL = r"(?:kill|gas|lynch|exterminate|shoot|murder|slaughter|hang|burn|behead|eradicate|nuke|wipe out)"
_ALL = r"(?:(?:all|every|every single|those|these|the|them|you|of|damn|fucking|dirty|filthy|stupid) ){0,4}"
_HARM = r"(?:kill|murder|stab|shoot|rape|strangle|behead)"
_DIE = r"(?:die|killed|gassed|shot|hanged|exterminated|burned|lynched|wiped out|eradicated|put down)"
_KILL_ES = r"(?:matar|maten|matemos|exterminar|quemar|fusilar|gasear)"
_YOU_HI = r"(?:tujhe|tumhen?|tujhko|tumko|tere|tumhare)"
_WEAPON_HI = r"(?:bomb?|bam|visfotak|barud)"
# Hair is cut too: what is cut must be named, or that it is done again.
_SELF_HARM_ES = (
    r"(?:suicid\w+|matarme|ahorcarme|quitarme la vida|acabar con mi vida"
    r"|cortarme (?:las venas|los brazos|las? munecas?|otra vez|de nuevo))"
)
_SELF_HARM_HI = r"(?:suicide|a+tma ?hatya|khudkh?ushi)"
# A mosquito is killed too: only what says nothing of whom may stand between `I` and `die`.
_ADVERBS_HI = r"(?:(?:ab|abhi|aaj|bas|bhi|hi|kal|me|mein|sach|sirf|to|toh) ){0,3}"
_WILL = r"(?:will|ll|gonna|am going to|m going to|are going to|am gonna|m gonna|shall)"


# Somebody in the speaker's life: a dragon, an exam or a boss of a game is killed every day.
_SOMEBODY = (
    r"(?:(?:that|this|my|our|his|her|the) (?:\S+ )?(?:(?:class|team|work|house|room) ?mates?|co ?workers?"
    r"|colleagues?|teachers?|professors?|neighbou?rs?|roommates?|manager|boyfriend|girlfriend|husband|wife|ex"
    r"|step ?(?:father|dad|mother|mom)|father|dad|mother|mom|mum|brother|sister|parents|landlord"
    r"|uncle|aunt|cousin|idiot|bitch)|my boss|the (?:guy|girl|man|woman|boy) (?:from|next|at|in|who) \S+)"
)
_SOMEBODY_ES = (
    r"(?:(?:mi|mis|ese|esa|esos|el|la|tu|su) (?:\S+ )?(?:jefe|jefa|vecin[oa]s?|profesora?|maestr[oa]|ex"
    r"|novi[oa]|espos[oa]|marido|mujer|padre|madre|padrastro|madrastra|herman[oa]|companer[oa]s?|ti[oa]"
    r"|caser[oa]|idiota)|el del? \S+)"
)
_INTEND = r"(?:want to|wanna|plan to|am planning to|m planning to|need to|have a knife and (?:\S+ ){0,3})"


@dataclass(frozen=True, slots=True)
class CriticalRule:
    """A harm that always drops, and the Rust pattern that finds it in a `critical_view`."""

    label: str
    pattern: str


def _rule(label: str, *parts: str) -> CriticalRule:
    return CriticalRule(label, "".join((" ", *parts, " ")))


RULES = (
    _rule("sexual_minors", _EXPLICIT, " ", _FEW, _MINOR),
    _rule("sexual_minors", _MINOR, " ", _FEW, _EXPLICIT),
    _rule("sexual_minors", "(?:sex|sexual|intercourse|sexo) ", _FEW, "(?:with|con) ", _FEW, _MINOR),
    _rule("sexual_minors", _ASSAULT, " ", _DETERMINER, _DETERMINER, _MINOR),
    _rule("sexual_minors", "(?:csam|jailbait|lolicon|shotacon|kiddie porn|pedo (?:pics|videos?|porn))"),
    _rule("sexual_minors", _MINOR, " (?:ke|ki) saath (?:sex|balatkar)"),
    _rule("weapons", _ASK, " ", _SOME, _MAKE, " ", _WEAPON),
    _rule("weapons", "(?:como|instrucciones|receta|pasos|manual) ", _SOME, _MAKE_ES, " ", _WEAPON_ES),
    _rule("weapons", _WEAPON_HI, r" (?:\S+ ){0,3}kaise (?:\S+ ){0,2}ban\w*"),
    _rule("weapons", r"kaise (?:\S+ ){0,3}", _WEAPON_HI, r" (?:\S+ ){0,2}ban\w*"),
    _rule("self_harm", "(?:how|ways?|methods?|best|easiest|guide|steps) ", _SOME, _SELF_HARM),
    _rule("self_harm", "(?:painless|easiest|quickest|fastest|best) ways? to (?:die|kill my ?self|suicide)"),
    _rule("self_harm", "i (?:want|wanna|plan|need|(?:a?m )?going|have decided|will) ", _FEW, _SELF_HARM),
    _rule("self_harm", "(?:go|should|please|just|must) (?:and )?(?:(?:kill|hang) your ?self|kys)"),
    _rule("self_harm", "(?:reason|reasons) not to ", _SELF_HARM),
    _rule("self_harm", r"i (?:\S+ ){0,3}(?:cutting|hurting|burning) myself"),
    _rule("self_harm", r"(?:[.,!?;:]|please|now|and|so) (?:kill|hang) your ?self"),
    _rule("harassment", r"(?:hope|wish) (?:that )?(?:you|u) (?:\S+ )?(?:die|rot|burn in hell)"),
    _rule("harassment", "(?:i|we) ", _WILL, " (?:make|turn) your life (?:(?:a|into|living) )*hell"),
    _rule("harassment", r"(?:hacer|hare) (?:de )?tu vida un infierno"),
    _rule("harassment", r"(?:teri|tumhari) zindagi na?ra?k"),
    _rule("harassment", r"(?:go|crawl away|curl up) and die"),
    _rule("harassment", r"ojala te (?:mueras|mates|violen|maten)"),
    _rule("harassment", r"(?:matate|muerete (?:[.,!?]|ya|sola?|puta|perra|maldit[oa]|de una vez))"),
    _rule("harassment", r"(?:ja(?:kar|ke|ake)? )mar ja"),
    _rule("harassment", r"akel[aei] mar[aeo]"),
    _rule("self_harm", r"quiero morir(?:me)? (?:[.,!?]|ya|hoy|esta|manana|pronto)"),
    _rule("self_harm", r"(?:me quito|me quitare|quitarse) la vida"),
    _rule("self_harm", r"razon(?:es)? para no ", "(?:suicid\\w+|matarme|morir)"),
    _rule("self_harm", "(?:main?|me|mujhe) ", _ADVERBS_HI, r"(?:marna|ja+n dena) (?:chah\w+|hai)"),
    _rule("self_harm", r"(?:apni )?ja+n de (?:d[ue]\w+|lu\w*|raha|rahi)"),
    _rule("self_harm", r"(?:hath?|haath|nas|kalai) ka+t (?:l[ui]\w*|raha|rahi|di)"),
    _rule("self_harm", r"(?:como|quiero|voy a|deseo|manera de) (?:\S+ ){0,3}", _SELF_HARM_ES),
    _rule("self_harm", _SELF_HARM_HI, r" (?:\S+ ){0,2}(?:karna|karun?|kaise|kar lun)"),
    _rule("self_harm", r"kaise (?:\S+ ){0,2}", _SELF_HARM_HI),
    _rule("hate", _KILL, " ", _ALL, "(?:", _GROUP, "|", _SLUR, ")"),
    _rule("hate", _GROUP, r" (?:\S+ )?(?:should|must|need to|deserve to) (?:all |be ){0,2}", _DIE),
    _rule("hate", r"(?:you|u|these|those|all|fucking|filthy|dirty|stupid|ugly) (?:\S+ )?", _SLUR),
    _rule("hate", _KILL_ES, " (?:a )?(?:tod[oa]s )?(?:a )?(?:[le]?[ao]s |es[oa]s )?", _GROUP_ES),
    _rule(
        "hate",
        _GROUP_ES,
        r" (?:\S+ ){0,8}(?:merecen (?:morir|la muerte)|exterminar(?:l[oa]s)?|acabar con tod[oa]s)",
    ),
    _rule(
        "hate", _GROUP_HI, r" (?:\S+ ){0,8}(?:mita d\w+|khat[ma]+ kar (?:do|dena)|ma+r (?:kar|ke) bhaga\w*)"
    ),
    _rule("hate", _GROUP_HI, r" (?:\S+ ){0,8}marne (?:ke )?la+y\w*"),
    _rule("hate", _GROUP_HI, r" (?:ko|ka) (?:\S+ ){0,2}(?:ma+r|jala|ka+t) d\w+"),
    _rule("threat", "(?:i|we) ", _WILL, " ", _HARM, " (?:you|u|your (?:whole )?family)"),
    _rule("threat", "(?:i|we) (?:", _WILL, "|", _INTEND, ") ", _HARM, " ", _SOMEBODY),
    _rule("threat", "(?:help me|how (?:do i|can i|to)) (?:", _HARM, "|hurt|poison) ", _SOMEBODY),
    _rule("threat", "(?:", _SOMEBODY, r"|you) (?:will|ll|is going to|are going to) be dead"),
    _rule(
        "threat", r"(?:i|we) (?:\S+ ){1,10}beat (?:you|him|her|them) (?:until|to death|to a pulp|senseless)"
    ),
    _rule("threat", "(?:hurt|beat) (?:you|", _SOMEBODY, ") so (?:bad|badly|hard) that"),
    _rule("threat", r"with (?:everyone|everybody|them all|the whole family) (?:still )?inside"),
    _rule("threat", "burn (?:down )?(?:down )?the (?:house|home|car) of ", _SOMEBODY),
    _rule(
        "threat",
        r"(?:voy|vamos|quiero|pienso) (?:a )?(?:matar|apunalar|degollar|acuchillar) a ",
        _SOMEBODY_ES,
    ),
    _rule("threat", r"quemar (?:la casa|el coche|el carro) de ", _SOMEBODY_ES),
    _rule("threat", r"tanto dano a ", _SOMEBODY_ES),
    _rule("threat", _SOMEBODY_ES, r" (?:\S+ ){0,6}golpes hasta que"),
    _rule("threat", r"zinda nahi[n]? ch?h?od\w+"),
    _rule("threat", r"(?:ko|use|tujhe|tumhe|unhe) (?:\S+ ){0,3}(?:itna|aisa) (?:pi+t|ma+r|peet)\w* ki"),
    _rule("threat", r"(?:ko|use|tujhe|tumhe|unhe) (?:\S+ ){0,3}jala d[uo]+n?g[ai]"),
    _rule("threat", r"ja+n se ma+r (?:da+l\w*|d\w+|den\w+)"),
    _rule("threat", r"(?:ko|ke) (?:\S+ ){0,3}ma+r da+l(?:na|unga|ungi|enge) (?:cha+h\w+|hai|ho\w+)"),
    _rule("threat", "(?:te|os|los|la|lo) (?:voy|vamos) a (?:matar|violar|apunalar|degollar|disparar|rajar)"),
    _rule("threat", "(?:voy a matarte|te matare)"),
    _rule("threat", _YOU_HI, r" (?:\S+ ){0,4}ma+r (?:da+l\w*|d\w+g[ai]|denge)"),
)
