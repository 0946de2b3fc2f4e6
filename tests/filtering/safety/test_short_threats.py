# ruff: noqa: RUF001 reason: sentences of seventeen languages
"""Short threats without a telling word, in every served language, beside plain talk like them.

`I know where you sleep`, days that are counted, blood that will flow, `talk and I cut you`, a life
that is taken; a rope that is ready, `drown yourself`; a group that is dirty and sent home, or seen
on a tree. The learned layers doubt of these, so frames name them.
"""

import pytest

from pipelines.filtering.safety.critical_rules import CriticalRules

HARM = [
    # en
    ("we know where you sleep at night, rat", "threat"),
    ("I know exactly where you park every morning, watch your back", "threat"),
    ("you've got two days left to live, snitch", "threat"),
    ("blood is going to flow in your street", "threat"),
    ("open your mouth and I'll cut your tongue out", "threat"),
    ("i will take your life, coward", "threat"),
    ("rope is tied, forgive me everyone", "self_harm"),
    ("just go and drown yourself already", "self_harm"),
    ("Muslims are filthy and need to go back", "hate"),
    ("every migrant belongs on a tree", "hate"),
    # es
    ("sabemos dónde duermes, ten cuidado", "threat"),
    ("te quedan dos días de vida, chivato", "threat"),
    ("va a correr sangre en tu barrio", "threat"),
    ("abre la boca y te corto la lengua", "threat"),
    ("te voy a quitar la vida", "threat"),
    ("la soga ya está lista, perdónenme", "self_harm"),
    ("anda y ahógate de una vez", "self_harm"),
    ("los gitanos son sucios y deberían volver a su país", "hate"),
    # hi
    ("मुझे पता है तू रात को कहाँ सोता है, संभल जा", "threat"),
    ("तेरे पास जीने के बस दो दिन बचे हैं", "threat"),
    ("तेरे मोहल्ले में खून की नदियाँ बहेंगी", "threat"),
    ("मुँह खोला तो जीभ काट दूँगा", "threat"),
    ("मैं तेरी जान ले लूँगा", "threat"),
    ("रस्सी तैयार है, सब माफ़ करना", "self_harm"),
    ("जा कहीं नदी में डूब मर", "self_harm"),
    ("मुसलमान गंदे हैं, इन्हें वापस भेजो", "hate"),
    # hi-Latn
    ("mujhe pata hai tu kahan sota hai, bach ke rehna", "threat"),
    ("tere paas jeene ke do din bache hain", "threat"),
    ("teri gali mein khoon bahega", "threat"),
    ("muh khola to zubaan kaat dunga", "threat"),
    ("main teri jaan le lunga", "threat"),
    ("rassi taiyar hai, maaf kar dena sab", "self_harm"),
    ("ja nadi mein doob mar", "self_harm"),
    ("musalman gande hain, inhe wapas bhejo", "hate"),
    # de
    ("wir wissen, wo du schläfst, du feigling", "threat"),
    ("du hast noch zwei tage zu leben", "threat"),
    ("auf deiner feier wird blut fließen", "threat"),
    ("red mit den bullen und ich stech dich ab", "threat"),
    ("ich nehm dir das leben", "threat"),
    ("der strick hängt schon, verzeiht mir", "self_harm"),
    ("geh dich doch ertränken", "self_harm"),
    ("türken sind dreckig und sollen nach hause gehen", "hate"),
    # fr
    ("on sait où tu dors la nuit, fais gaffe", "threat"),
    ("il te reste deux jours à vivre", "threat"),
    ("le sang va couler à ton mariage", "threat"),
    ("ouvre ta bouche et je te coupe la langue", "threat"),
    ("je vais te prendre ta vie", "threat"),
    ("la corde est accrochée, pardonnez-moi", "self_harm"),
    ("va donc te noyer", "self_harm"),
    ("les arabes sont sales et doivent rentrer chez eux", "hate"),
    # it
    ("sappiamo dove dormi, stai attento", "threat"),
    ("ti restano due giorni di vita, infame", "threat"),
    ("alla tua festa scorrerà il sangue", "threat"),
    ("apri bocca e ti taglio la lingua", "threat"),
    ("ti tolgo la vita", "threat"),
    ("il cappio è pronto, perdonatemi", "self_harm"),
    ("vai ad annegarti", "self_harm"),
    ("gli zingari sono sporchi e devono tornare a casa loro", "hate"),
    # pt
    ("a gente sabe onde você dorme, se cuida", "threat"),
    ("te restam dois dias de vida", "threat"),
    ("vai correr sangue na tua rua", "threat"),
    ("abre a boca e eu te corto", "threat"),
    ("vou tirar a sua vida", "threat"),
    ("a corda já está pronta, me desculpem", "self_harm"),
    ("vai se afogar no rio", "self_harm"),
    ("os ciganos são sujos e têm que voltar pra terra deles", "hate"),
    # nl
    ("we weten waar je slaapt, pas maar op", "threat"),
    ("je hebt nog twee dagen te leven", "threat"),
    ("er gaat bloed vloeien op jouw bruiloft", "threat"),
    ("doe je mond open en ik snij je tong eraf", "threat"),
    ("ik neem je leven", "threat"),
    ("het touw hangt klaar, vergeef me", "self_harm"),
    ("ga jezelf toch verdrinken", "self_harm"),
    ("marokkanen zijn smerig en moeten terug naar hun land", "hate"),
    # pl
    ("wiemy, gdzie śpisz, uważaj", "threat"),
    ("zostały ci dwa dni życia", "threat"),
    ("w twoim domu popłynie krew", "threat"),
    ("otwórz usta, a utnę ci język", "threat"),
    ("odbiorę ci życie", "threat"),
    ("lina gotowa, wybaczcie mi", "self_harm"),
    ("idź się utopić", "self_harm"),
    ("cyganie są brudni i powinni wracać do siebie", "hate"),
    # id
    ("kami tahu di mana kamu tidur, hati-hati", "threat"),
    ("hidupmu tinggal dua hari lagi", "threat"),
    ("darah akan mengalir di rumahmu", "threat"),
    ("buka mulut, kupotong lidahmu", "threat"),
    ("aku akan mengambil nyawamu", "threat"),
    ("tali sudah siap, maafkan aku", "self_harm"),
    ("sana tenggelamkan dirimu", "self_harm"),
    ("orang yahudi kotor, pulang saja ke negaranya", "hate"),
    # tr
    ("nerede uyuduğunu biliyoruz, dikkat et", "threat"),
    ("yaşayacak iki günün kaldı", "threat"),
    ("düğününde kan akacak", "threat"),
    ("ağzını aç, dilini keserim", "threat"),
    ("canını alacağım senin", "threat"),
    ("ip hazır, affedin beni", "self_harm"),
    ("git kendini denizde boğ", "self_harm"),
    ("suriyeliler pis, evlerine dönsünler", "hate"),
    # ar
    ("نعرف وين تنام يا كلب", "threat"),
    ("باقي لك يومين وتموت", "threat"),
    ("راح يسيل الدم في بيتك", "threat"),
    ("افتح فمك وأقطع لسانك", "threat"),
    ("سآخذ روحك", "threat"),
    ("الحبل معلق، سامحوني", "self_harm"),
    ("روح غرق نفسك", "self_harm"),
    ("اليهود قذرون ويجب أن يرجعوا إلى بلادهم", "hate"),
    # ru
    ("мы знаем, где ты спишь, берегись", "threat"),
    ("тебе осталось жить два дня", "threat"),
    ("на твоей свадьбе прольётся кровь", "threat"),
    ("откроешь рот - отрежу язык", "threat"),
    ("я отниму у тебя жизнь", "threat"),
    ("петля готова, простите меня", "self_harm"),
    ("иди и утопись уже", "self_harm"),
    ("мусульмане грязные и должны убираться домой", "hate"),
    # zh
    ("我们知道你睡在哪里，小心点", "threat"),
    ("你只剩两天可活了", "threat"),
    ("你家门口要血流成河", "threat"),
    ("敢说出去我就割了你", "threat"),
    ("我要了你的狗命", "threat"),
    ("绳子准备好了，对不起大家", "self_harm"),
    ("你去淹死自己吧", "self_harm"),
    ("彝族都很脏，应该滚回老家", "hate"),
    # ja
    ("お前がどこで寝てるか知ってるぞ、気をつけろ", "threat"),
    ("お前の命はあと二日だ", "threat"),
    ("お前の家で血が流れるぞ", "threat"),
    ("しゃべったら舌を切ってやる", "threat"),
    ("お前の命をもらう", "threat"),
    ("ロープの準備はできた、みんなごめん", "self_harm"),
    ("さっさと海で溺れ死ね", "self_harm"),
    ("在日は汚いから国に帰れ", "hate"),
    # ko
    ("네가 어디서 자는지 알아, 조심해", "threat"),
    ("너 살날이 이틀 남았다", "threat"),
    ("너희 집에 피가 흐를 거야", "threat"),
    ("입 열면 혀를 잘라 버린다", "threat"),
    ("네 목숨을 가져가겠다", "threat"),
    ("밧줄 준비됐어, 다들 미안해", "self_harm"),
    ("물에 빠져 죽어 버려", "self_harm"),
    ("조선족은 더러우니까 자기 나라로 돌아가", "hate"),
]
PLAIN = [
    "I know where you parked, wait by the car",
    "you have three days left to return the book",
    "blood flows from the heart to the lungs",
    "talk to me and I'll cut you a slice of cake",
    "the rope is ready, sorry I'm late, let's climb",
    "don't drown yourself in work this week",
    "the kids are dirty and should go home for a bath",
    "two monkeys on a tree, so cute",
    "talk soon, I'll cut you some flowers",
    "I don't know where you sleep when you travel",
    "I love your life, I want your life!",
    "sé dónde aparcaste, voy para allá",
    "te quedan tres días de vacaciones",
    "habla rápido, que te corto y te llamo luego",
    "no sé dónde duermes cuando viajas",
    "la cuerda está lista para el columpio, perdón por tardar",
    "मुझे पता है तुमने गाड़ी कहाँ खड़ी की है",
    "खून की जाँच कल होगी",
    "mujhe pata hai tumhari gaadi kahan khadi hai",
    "rassi taiyar hai, jhoola lagate hain",
    "teri baatein meri jaan le legi, itna hasata hai",
    "ich weiß, wo du geparkt hast, bin gleich da",
    "du hast noch drei tage zeit für die abgabe",
    "der strick ist im keller, verzeih die unordnung",
    "meine schwarze hose ist dreckig, ich muss nach hause",
    "schwarze kirschen am baum",
    "die kinder sind dreckig und sollen nach hause gehen",
    "je sais où tu es garé, j'arrive",
    "il te reste trois jours de congé",
    "tu parles et je te coupe, pardon",
    "noyer les pâtes dans la crème, sacrilège",
    "la corde à sauter est prête, pardon pour le retard",
    "so dove hai parcheggiato, aspettami",
    "ti restano tre giorni di ferie",
    "sei onde você estacionou, já vou",
    "faltam três dias para a prova, estuda",
    "ik weet waar je geparkeerd hebt, ik kom eraan",
    "je hebt nog drie dagen om te betalen",
    "het touw hangt klaar voor de schommel, vergeef me de rommel",
    "wiem, gdzie zaparkowałeś, zaraz będę",
    "zostały ci trzy dni urlopu",
    "lina gotowa do wspinaczki, przepraszam za spóźnienie",
    "aku tahu di mana kamu parkir, tunggu ya",
    "tinggal tiga hari lagi ujian, semangat",
    "nikmati setiap hari hidupmu",
    "maaf bicaramu aku potong sebentar",
    "darah mengalir dari jantung ke paru-paru",
    "nereye park ettiğini biliyorum, geliyorum",
    "üç gün iznin kaldı, iyi değerlendir",
    "canım benim, canını sıkma",
    "yaşayacak çok günün var daha",
    "أعرف وين وقفت سيارتك، انتظرني",
    "باقي لك ثلاثة أيام إجازة",
    "الحبل جاهز للأرجوحة، آسف على التأخير",
    "я знаю, где ты припарковался, жди",
    "тебе осталось три дня до отпуска",
    "верёвка готова для качелей, прости за опоздание",
    "我知道你车停在哪里，等我",
    "你还剩三天假期",
    "我不知道你睡在哪里",
    "我要你命名这个文件",
    "这作业真要命，我要你的答案",
    "車をどこに停めたか知ってるよ、今行くね",
    "あと三日で夏休みだね",
    "ロープの準備はできた、登ろう。遅れてごめん",
    "네 차 어디 있는지 알아, 금방 갈게",
    "방학이 사흘 남았어",
    "너 아직 살날이 많이 남았어",
    "줄넘기 준비됐어, 늦어서 미안해",
]


@pytest.fixture(scope="module")
def rules() -> CriticalRules:
    """Return the shipped frames, loaded once for all sentences."""
    return CriticalRules()


@pytest.mark.parametrize(("text", "label"), HARM)
def test_a_short_threat_is_a_hit(rules: CriticalRules, text: str, label: str) -> None:
    """The learned layers alone are too unsure of it."""
    (score,) = rules.score([text])

    assert score is not None
    assert label in score.labels


@pytest.mark.parametrize("text", PLAIN)
def test_plain_talk_in_the_same_words_passes(rules: CriticalRules, text: str) -> None:
    """A car that is parked, days of leave, a swing's rope are no harm."""
    (score,) = rules.score([text])

    assert score is not None
    assert score.labels == {}
