"""Identifiers that no word of their kind names: told by their form, or by what stands around."""

# ruff: noqa: RUF001  letters of many scripts

import pytest

from pipelines.filtering.privacy.rules import IdentifierRules

RULES = IdentifierRules()


def left_of(text: str, said: str) -> str:
    """Return the letters and digits of a string that the rules leave in its text."""
    (found,) = RULES.find([text])
    assert found is not None
    start = text.index(said)
    hidden = {place for one in found for place in range(one.start, one.end)}
    places = range(start, start + len(said))
    return "".join(text[i] for i in places if text[i].isalnum() and i not in hidden)


def kinds_in(text: str) -> list[str]:
    """Return the types that the rules find in a text."""
    (found,) = RULES.find([text])
    assert found is not None
    return [one.entity_type for one in found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0176 48291736 ist meine neue", "0176 48291736"),
        ("017648291736 gehört jetzt oma", "017648291736"),
        ("0648291736 c'est le nouveau", "0648291736"),
        ("ini 085748291736 (bu kos)", "085748291736"),
        ("엄마꺼 01048291736", "01048291736"),
        ("09048291736が新しいやつ", "09048291736"),
        ("ye lo 08048273619", "08048273619"),
        ("пиши на 89164829173", "89164829173"),
        ("13948291736这个是我妈的", "13948291736"),
        ("139-4829-1736随时打", "139-4829-1736"),
        ("9876504321 पर बात कर लो भाई", "9876504321"),
        ("512-482-917 to mój", "512-482-917"),
        ("+33 6 48 29 17 36 dispo après 18h", "+33 6 48 29 17 36"),
        ("hmu on whatsapp 00 44 7700 900461", "00 44 7700 900461"),
        ("ابعتلي ع 00961 3 482 917", "00961 3 482 917"),
        ("Erreichst mich unter 030/48291736", "030/48291736"),
        ("Büro 089 / 48 29 17-36", "089 / 48 29 17-36"),
        ("fisso 06/48291736", "06/48291736"),
        ("meu whats 11 98482-9173", "11 98482-9173"),
        ("в вотсап 8.916.482.91.73", "8.916.482.91.73"),
        ("pisz na 512482917", "512482917"),
        ("scrivimi al 3482917365", "3482917365"),
        ("stuur een appje: 0648291736", "0648291736"),
    ],
)
def test_a_phone_without_the_word_for_it_is_covered(text: str, said: str) -> None:
    """A mobile is known by its digits, others by what people say around a contact."""
    assert left_of(text, said) == ""


@pytest.mark.parametrize(
    "text",
    [
        "заказ 89164829173 в пути",
        "订单13948291736一直没发货",
        "order 0648291736 still hasn't shipped",
        "isbn 0684801221",
        "pisz 2500 słów do piątku",
        "manda 12 fotos e 30 vídeos",
        "the sum 4829173650 + 12 is wrong",
        "epoch 1719849600123 and 048291",
        "ratio 03/04 and 05/2024",
    ],
)
def test_other_long_numbers_are_no_phones(text: str) -> None:
    """Orders, sums and times are long numbers too."""
    assert "PHONE_NUMBER" not in kinds_in(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("der Golf mit M-KL 4821 parkt auf meinem Platz", "M-KL 4821"),
        ("der fahrerflüchtige hat HH-XY 482", "HH-XY 482"),
        ("une clio grise AB-482-CD m'a grillé la priorité", "AB-482-CD"),
        ("una panda bianca FR 482 KL mi ha tamponato", "FR 482 KL"),
        ("un seat rojo 4821 KLP se saltó el semáforo", "4821 KLP"),
        ("some idiot in LK19 XRT keyed my door", "LK19 XRT"),
        ("die witte bus V-482-KL staat fout", "V-482-KL"),
        ("o carro era um uno 48-AB-21", "48-AB-21"),
        ("srebrny passat WA 48217 zajechał mi drogę", "WA 48217"),
        ("avanza putih B 4821 KLP nabrak motor gue", "B 4821 KLP"),
        ("siyah passat 06 ABC 482 çarpıp kaçtı", "06 ABC 482"),
        ("белая камри о482рк77 подрезала", "о482рк77"),
        ("моя машина А731КМ 777, перекрыли выезд", "А731КМ 777"),
        ("有辆白色宝马沪A·48K21堵我家门口", "沪A·48K21"),
        ("白いプリウス、品川 300 あ 48-21に当て逃げされた", "品川 300 あ 48-21"),
        ("흰색 소나타 48가 2917 차 좀 빼주세요", "48가 2917"),
        ("كامري س م ر ٤٨٢١ صدمني وهرب", "س م ر ٤٨٢١"),
    ],
)
def test_a_plate_beside_a_vehicle_is_covered(text: str, said: str) -> None:
    """Who tells of a crash names the car, not the word for its plate."""
    assert left_of(text, said) == ""


@pytest.mark.parametrize(
    "text",
    [
        "my BMW 320D needs oil",
        "the car costs 2500 EUR",
        "motor 150 CC irit banget",
        "une voiture de 130 CV",
        "araba 90 KM hızla gidiyordu",
        "auto z 2021 ma 150 KM",
        "차 값이 3000만원",
        "der Golf 7 GTI hat 245 PS",
        "lot ISO-9001 for the truck",
    ],
)
def test_a_measure_beside_a_vehicle_is_no_plate(text: str) -> None:
    """Models, power, speed and price have letters and digits as well."""
    assert "LICENSE_PLATE" not in kinds_in(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("auf insta bin ich lena_vogt.02", "lena_vogt.02"),
        ("mon snap c'est cam_lrt75", "cam_lrt75"),
        ("ig gue rina.putrii_", "rina.putrii_"),
        ("búscame en insta como marta_vlz.8", "marta_vlz.8"),
        ("мой тг @lena_v88", "@lena_v88"),
        ("вк lenka.vol", "lenka.vol"),
        ("سنابي sara.m_90", "sara.m_90"),
        ("加V: lili-88990", "lili-88990"),
        ("qq482917365", "482917365"),
        ("LINE IDはyuki_0412x", "yuki_0412x"),
        ("카톡 아이디 minsu_0412", "minsu_0412"),
    ],
)
def test_an_account_behind_its_network_is_covered(text: str, said: str) -> None:
    """Each language has its own short names of networks and its own links."""
    assert left_of(text, said) == ""


@pytest.mark.parametrize(
    "text",
    [
        "a multiplayer online Role-Playing game",
        "mcolors.LinearSegmentedColormap.from_list",
        "insta reels are fun",
        "my discord bot.py crashed",
        "telegram is down",
        "вк опять лежит",
        "go to snap.com",
        "微信支付很方便",
    ],
)
def test_talk_of_a_network_is_no_account(text: str) -> None:
    """What follows is a word, a file or a site."""
    assert kinds_in(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mikan88アットgmailドットcomまで送って", "mikan88アットgmailドットcom"),
        ("taro.y88アットマークgmailドットcom", "taro.y88アットマークgmailドットcom"),
        ("jiwon95 골뱅이 한메일 쩜 넷으로 보내", "jiwon95 골뱅이 한메일 쩜 넷"),
        ("meimei77艾特qq点com", "meimei77艾特qq点com"),
        ("mail to piotrek_z malpa wp.pl", "piotrek_z malpa wp.pl"),
        (
            "sanne punt bakker apenstaartje ziggo punt nl",
            "sanne punt bakker apenstaartje ziggo punt nl",
        ),
        ("بريدي sara نقطة m ات gmail نقطة com", "sara نقطة m ات gmail نقطة com"),
        (
            "kolya подчеркивание 77 собака яндекс точка ру",
            "kolya подчеркивание 77 собака яндекс точка ру",
        ),
    ],
)
def test_a_mail_said_in_words_is_covered_whole(text: str, said: str) -> None:
    """The name before the mark has words too, and some scripts set no blanks."""
    assert left_of(text, said) == ""


@pytest.mark.parametrize(
    "text",
    [
        "моя собака любит гулять",
        "アットホームな職場です",
        "골뱅이 무침 먹고 싶다",
        "他艾特我了",
        "mała małpa w zoo",
    ],
)
def test_words_of_the_mark_alone_are_no_mail(text: str) -> None:
    """A dog, a monkey and a snail are animals as well."""
    assert kinds_in(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("netflix login same as before, pw Marmite2021", "Marmite2021"),
        ("the wifi password's teapot!Drum44", "teapot!Drum44"),
        ("пасс Medved_Les7", "Medved_Les7"),
        ("insta ka pass Rohini#07 rakha hai maine", "Rohini#07"),
        ("pass wifinya rumahbesar123", "rumahbesar123"),
        ("Wi-Fiのパスワード、sakura8810", "sakura8810"),
        ("mi è arrivato il codice 482913", "482913"),
        ("da kam ne sms mit 482913 als bestätigungscode", "482913"),
        ("die App zeigt 739 204 als TAN", "739 204"),
        ("j'ai reçu 482 913 comme code de validation", "482 913"),
        ("el banco me mandó 604 118 para confirmar", "604 118"),
        ("chegou o código 482913 no sms", "482913"),
        ("ik heb net 581204 ontvangen van de bank", "581204"),
        ("przyszedł kod 482913 z banku", "482913"),
        ("masuk sms kode 739204 dari shopee", "739204"),
        ("bankadan 482913 kodu geldi", "482913"),
        ("код 73-92-04 никому", "73-92-04"),
        ("от банка пришло 402917", "402917"),
        ("银行发来739204让我填", "739204"),
        ("SMSで739204って来たけど", "739204"),
        ("문자로 739204 왔는데 이거 입력해?", "739204"),
        ("बैंक वाले ने कोड माँगा 739201 दे दूँ क्या", "739201"),
        ("got a verification code G-305771 on my phone", "G-305771"),
        ("otp aaya kya? haan 482916", "482916"),
        ("they texted me 60 41 88, pop that in", "60 41 88"),
        ("me acaba de entrar un código, 604188", "604188"),
        ("die bank hat mir 604 188 geschickt", "604 188"),
        ("le sms dit 604 188", "604 188"),
        ("caiu aqui o código 604188", "604188"),
        ("la banca mi ha scritto 604 188", "604 188"),
        ("sms van de bank zegt 604 188", "604 188"),
        ("bank przysłał 604 188", "604 188"),
        ("bankadan 604 188 geldi", "604 188"),
        ("банк прислал 604 188", "604 188"),
        ("银行发我604 188", "604 188"),
        ("銀行から604188が届いた", "604188"),
        ("은행에서 604188 왔다", "604188"),
        ("البنك ارسل 604188", "604188"),
        ("बैंक से 604188 आया", "604188"),
        ("bank se 604188 aaya", "604188"),
        ("bank app just pinged me 559021 enter it now", "559021"),
        ("me salió 559021 en el sms", "559021"),
        ("ça vient d'arriver: 559 021 rentre-le vite", "559 021"),
        ("recebi agora 559021 digita rápido", "559021"),
        ("arrivato adesso 559021 inseriscilo", "559021"),
        ("net binnen 559021 vul in", "559021"),
        ("przyszło 559021 wpisz szybko", "559021"),
        ("barusan masuk 559021 buruan ketik", "559021"),
        ("az önce geldi 559021 hemen gir", "559021"),
        ("только что пришло 559021 вбивай", "559021"),
        ("刚收到559021快输入", "559021"),
        ("いま559021って来た、早く入れて", "559021"),
        ("방금 559021 왔어 빨리 입력해", "559021"),
        ("وصلني الحين 559021 اكتبه بسرعة", "559021"),
        ("अभी 559021 आया जल्दी डालो", "559021"),
        ("abhi 559021 aaya jaldi daal", "559021"),
        ("G-482913 thats the google thing", "G-482913"),
    ],
)
def test_a_password_or_a_code_that_came_is_covered(text: str, said: str) -> None:
    """Digits stand before or far behind the word, if a bank or a message brought them."""
    assert left_of(text, said) == ""


@pytest.mark.parametrize(
    "text",
    [
        "the bank sent 200000 letters",
        "received error code 40213 again",
        "la banque a envoyé 250000 euros",
        "el código postal 28013 llegó bien",
        "promo code 123456 came by mail",
        "bank kirim 150000 rupiah",
        "we got 1500 texts in 2021",
        "the bus pass costs a lot",
        "yeni 250000 TL geldi bankadan",
        "recibí 4820 correos, rápido se llenó",
        "ich hab 4820 schritte, schnell noch duschen",
        "j'ai reçu 4820 mails, vite faut trier",
        "ho ricevuto 4820 mail, presto le leggo",
        "recebi 4820 emails, logo vejo",
        "kreeg 4820 mails, snel even opruimen",
        "dostałem 4820 maili, szybko je czytam",
        "dapat 4820 email, cepat banget penuh",
        "4820 mail geldi, hemen siliyorum",
        "وصلني 4820 ايميل اليوم",
        "пришло 4820 писем, быстро разберу",
        "收到4820封邮件，赶紧删",
        "メールが4820件来て、早く消したい",
        "메일 4820개 왔어 빨리 지워야지",
        "4820 ईमेल आया, जल्दी हटाओ",
        "4820 email aaye, jaldi delete kr",
        "it says 559021 people live there, quick fact",
        "recibí 559021 votos, rápido me contaron",
        "es kamen 559021 leute, schnell voll",
        "kod kreskowy 559021 na drzwiach lodówki",
    ],
)
def test_amounts_and_other_codes_are_no_secrets(text: str) -> None:
    """What came may be money, an error or a town's number."""
    assert "PASSWORD" not in kinds_in(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("przelew na 48 1140 2004 0000 3102 1234 5678", "48 1140 2004 0000 3102 1234 5678"),
        ("mon rib : 30004 00823 00012345678 43", "30004 00823 00012345678 43"),
        ("счет 40817810482910001736", "40817810482910001736"),
        ("建行6217000482917365012转过来", "6217000482917365012"),
        ("三菱UFJ 普通 4829173に振り込んで", "4829173"),
        ("ag 0482 conta 12345-6 itaú", "0482 conta 12345-6"),
        ("transfer ke mandiri 1370048291736", "1370048291736"),
        ("국민 482902-04-173650 으로 보내줘", "482902-04-173650"),
        ("chave pix 7f3b2c1a-48d2-4e91-9b7c-1a2b3c4d5e6f", "7f3b2c1a-48d2-4e91-9b7c-1a2b3c4d5e6f"),
        ("tessera sanitaria 80380000402918273645", "80380000402918273645"),
        ("cartão do sus 898 0012 3456 7890", "898 0012 3456 7890"),
        ("港澳通行证C48291736", "C48291736"),
        ("社保号110105199003074829", "110105199003074829"),
    ],
)
def test_an_account_beside_its_bank_is_covered(text: str, said: str) -> None:
    """People name the bank, or write the account as their country groups it."""
    assert left_of(text, said) == ""


@pytest.mark.parametrize(
    "text",
    [
        "uuid 7f3b2c1a-48d2-4e91-9b7c-1a2b3c4d5e6f in the log",
        "banco cobra 12,50 por mês",
        "saldo bca tinggal 25000",
        "银行排队排到62号",
        "счет 3:2 в пользу Зенита",
        "普通に500円でした",
    ],
)
def test_talk_of_banks_is_no_account(text: str) -> None:
    """Sums and places in a queue stand beside banks too."""
    assert kinds_in(text) == []
