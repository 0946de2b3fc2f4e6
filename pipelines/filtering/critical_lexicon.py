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
    r"(?:home ?made |pipe |nail |car |fertili[sz]er |pressure cooker |dirty |nuclear |atomic |atom |suicide )?"
    r"(?:bombs?|explosives?|explosive devices?|nerve (?:agent|gas)|sarin|anthrax|ricin|novichok|mustard gas"
    r"|(?:chemical|biological|nuclear) weapons?|bioweapons?|nuclear device|molotov cocktails?|napalm))"
)
_MAKE = (
    r"(?:make|making|build|building|create|creating|synthesi[sz]e|synthesi[sz]ing|produce|producing|cook"
    r"|assemble|assembling|culture|weaponi[sz]e|manufacture|construct)"
)
_ASK = (
    r"(?:how|instructions?|recipe|guide|steps|step|tutorial|teach|explain|show me|tell me|ways? to|directions)"
)
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
_GROUP_HI = r"(?:mus[au]la?ma+n\w*|muslim\w*|hinduo?n?|dalito?n?|auratoo?n?|aurato|hijro|sikho|isaiyo)"
_KILL = r"(?:kill|gas|lynch|exterminate|shoot|murder|slaughter|hang|burn|behead|eradicate|nuke|wipe out)"
_ALL = r"(?:(?:all|every|every single|those|these|the|them|you|of|damn|fucking|dirty|filthy|stupid) ){0,4}"
_WILL = r"(?:will|ll|gonna|am going to|m going to|are going to|am gonna|m gonna|shall)"


@dataclass(frozen=True, slots=True)
class CriticalRule:
    """A harm that always drops, and the Rust pattern that finds it in a `critical_view`."""

    label: str
    pattern: str


RULES = (
    CriticalRule("sexual_minors", f" {_EXPLICIT} {_FEW}{_MINOR} "),
    CriticalRule("sexual_minors", f" {_MINOR} {_FEW}{_EXPLICIT} "),
    CriticalRule("sexual_minors", f" (?:sex|sexual|intercourse|sexo) {_FEW}(?:with|con) {_FEW}{_MINOR} "),
    CriticalRule("sexual_minors", f" {_ASSAULT} {_DETERMINER}{_DETERMINER}{_MINOR} "),
    CriticalRule("sexual_minors", r" (?:csam|jailbait|lolicon|shotacon|kiddie porn|pedo (?:pics|videos?|porn)) "),
    CriticalRule("sexual_minors", f" {_MINOR} (?:ke|ki) saath (?:sex|balatkar) "),
    CriticalRule("weapons", f" {_ASK} {_SOME}{_MAKE} {_WEAPON} "),
    CriticalRule("weapons", f" (?:como|instrucciones|receta|pasos|manual) {_SOME}{_MAKE_ES} {_WEAPON_ES} "),
    CriticalRule("weapons", r" (?:bomb?|bam|visfotak|barud) (?:\S+ ){0,3}kaise (?:\S+ ){0,2}ban\w* "),
    CriticalRule("weapons", r" kaise (?:\S+ ){0,3}(?:bomb?|bam|visfotak) (?:\S+ ){0,2}ban\w* "),
    CriticalRule("self_harm", f" (?:how|ways?|methods?|best|easiest|guide|steps) {_SOME}{_SELF_HARM} "),
    CriticalRule("self_harm", r" (?:painless|easiest|quickest|fastest|best) ways? to (?:die|kill my ?self|suicide) "),
    CriticalRule(
        "self_harm", f" i (?:want|wanna|plan|need|am going|m going|have decided|am planning|will) {_FEW}{_SELF_HARM} "
    ),
    CriticalRule("self_harm", r" (?:go|should|please|just|must) (?:and )?(?:kill your ?self|hang your ?self|kys) "),
    CriticalRule(
        "self_harm", r" (?:como|quiero|voy a|deseo|manera de) (?:\S+ ){0,3}(?:suicid\w+|matarme|quitarme la vida|cortarme) "
    ),
    CriticalRule("self_harm", r" (?:suicide|a+tma ?hatya|khudkushi|khudkhushi) (?:\S+ ){0,2}(?:karna|karun|karu|kaise|kar lun) "),
    CriticalRule("self_harm", r" kaise (?:\S+ ){0,2}(?:suicide|a+tma ?hatya|khudkushi) "),
    CriticalRule("hate", f" {_KILL} {_ALL}(?:{_GROUP}|{_SLUR}) "),
    CriticalRule("hate", f" {_GROUP} (?:\\S+ )?(?:should|must|need to|deserve to) (?:all |be ){{0,2}}(?:die|killed|gassed|shot|hanged|exterminated|burned|lynched) "),
    CriticalRule("hate", f" (?:you|u|these|those|all|fucking|filthy|dirty|stupid|ugly) (?:\\S+ )?{_SLUR} "),
    CriticalRule("hate", f" (?:matar|maten|matemos|exterminar|quemar|fusilar|gasear) (?:a )?(?:todos |todas )?(?:a )?(?:los |las |esos |esas )?{_GROUP_ES} "),
    CriticalRule("hate", f" {_GROUP_HI} (?:ko|ka) (?:\\S+ ){{0,2}}(?:ma+r|jala|ka+t) (?:d\\w+) "),
    CriticalRule("threat", f" (?:i|we) {_WILL} (?:kill|murder|stab|shoot|rape|strangle|behead) (?:you|u|your (?:whole )?family) "),
    CriticalRule("threat", r" (?:te|os|los|la|lo) (?:voy|vamos) a (?:matar|violar|apunalar|degollar|disparar) "),
    CriticalRule("threat", r" (?:voy a matarte|te matare|te voy a rajar) "),
    CriticalRule("threat", r" (?:tujhe|tumhe|tumhen|tujhko|tumko|tere|tumhare) (?:\S+ ){0,4}ma+r (?:da+l\w*|d\w+g[ai]|denge) "),
)  # fmt: skip
