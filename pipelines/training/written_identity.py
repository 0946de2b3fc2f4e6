"""Ordinary talk of people who name who they are, in seven languages, and harm at the same people.

Public sets name many groups in hatred only, so that a model takes "I am a queer person and I love
cooking" for an attack. Terms are drawn by hash for every frame, kind and hateful, so that none is a sign
of either. `tests/bench/safety.py` measures with other frames and with
terms that stand nowhere here. Content warning: hateful sentences.
"""

import polars as pl

from pipelines.training.fasttext_training import hash_share
from pipelines.training.harm_frames import read_lines, read_words

_SAFE_TERMS, _HARM_TERMS = 16, 9
_TERMS: dict[str, tuple[str, ...]] = {
    "en": read_words(
        "queer/gay/lesbian/bisexual/trans/transgender/non-binary/straight/asexual/pansexual/genderfluid/Black"
        "/black/white/brown/Asian/Latino/Latina/Hispanic/African/African American/Mexican/Chinese/Japanese"
        "/Korean/Vietnamese/Indian/Pakistani/Bangladeshi/Nigerian/Somali/Ethiopian/Arab/Syrian/Iranian/Turkish"
        "/Israeli/Palestinian/Russian/Ukrainian/Polish/German/French/Italian/Spanish/British/Irish/American"
        "/Canadian/Brazilian/Colombian/Cuban/Native American/Indigenous/Roma/Jewish/Muslim/Christian/Catholic"
        "/Protestant/Hindu/Sikh/Buddhist/atheist/deaf/blind/disabled/autistic/paralyzed/dyslexic/fat/old"
        "/elderly/young/teenage/middle-aged/male/female/immigrant/refugee/homeless/poor/European/Filipino"
    ),
    "es": read_words(
        "gay/lesbiana/bisexual/transexual/trans/homosexual/heterosexual/queer/negra/blanca/morena/mestiza/asiática"
        "/africana/latina/mexicana/boliviana/peruana/colombiana/venezolana/marroquí/árabe/china/japonesa/india"
        "/rumana/gitana/indígena/judía/musulmana/cristiana/católica/evangélica/budista/hindú/atea/sorda/ciega"
        "/discapacitada/autista/mayor/joven/gorda/pobre/migrante/refugiada/extranjera/española/argentina/cubana"
    ),
    "hi-Latn": read_words(
        "gay/lesbian/trans/kinnar/samalaingik/bisexual/queer/musalman/muslim/hindu/sikh/isai/dalit/shudra/jain"
        "/buddhist/parsi/yahudi/adivasi/bihari/kashmiri/bangali/madrasi/punjabi/gujarati/assamese/pakistani"
        "/bangladeshi/nepali/chini/african/amriki/kaale rang ke/gore rang ke/viklang/behra/andha/garib/buzurg"
        "/jawan/sharanarthi/nastik"
    ),
    "hi": read_words(
        "समलैंगिक/ट्रांस/किन्नर/गे/लेस्बियन/मुसलमान/मुस्लिम/हिंदू/सिख/ईसाई/दलित/जैन/बौद्ध/पारसी/यहूदी/आदिवासी"
        "/बिहारी/कश्मीरी/बंगाली/पंजाबी/पाकिस्तानी/बांग्लादेशी/नेपाली/चीनी/अफ़्रीकी/विकलांग/बहरा/ग़रीब/बुज़ुर्ग/जवान/नास्तिक"
    ),
    "fr": read_words(
        "gay/lesbienne/bisexuelle/trans/queer/noire/blanche/arabe/asiatique/africaine/algérienne/marocaine"
        "/chinoise/juive/musulmane/chrétienne/catholique/bouddhiste/athée/sourde/aveugle/handicapée/âgée/rom"
    ),
    "de": read_words(
        "schwule/lesbische/bisexuelle/transsexuelle/queere/schwarze/weiße/asiatische/afrikanische/türkische"
        "/arabische/polnische/syrische/jüdische/muslimische/christliche/buddhistische/gehörlose/blinde"
        "/behinderte/alte/geflüchtete"
    ),
    "pt": read_words(
        "gay/lésbica/bissexual/trans/queer/negra/branca/asiática/africana/indígena/árabe/chinesa/judia/muçulmana"
        "/cristã/católica/evangélica/ateia/surda/cega/deficiente/idosa/nordestina/refugiada"
    ),
}
_KIND: dict[str, tuple[str, ...]] = {
    "en": read_lines("""
        I am {}.
        I'm {} and I love gardening.
        as a {} person I enjoy long walks and good coffee
        hi, I'm a {} student and I need help with my essay
        I am a {} woman and I work as a nurse
        I'm a {} man looking for a running partner
        my best friend is {} and we go bowling every week
        my {} roommate makes the best soup
        my sister married a {} guy, the wedding was beautiful
        is there a nice {} community centre around here?
        can you recommend films with {} characters?
        write a poem about a {} grandmother and her cat
        let's role-play: you are a {} doctor and I am your patient
        I have a crush on a {} girl in my class
        two {} kids were playing football in the park
        our {} teacher told us a funny story today
        what should I give my {} colleague for her birthday?
        growing up {} in a small town was not always easy
        people stared at us because my boyfriend is {}
        I told my parents that I am {} and they hugged me
        there are many {} families in our street
        he is {}, she is not, and they are happy together
        the new {} mayor opened the library
        what holidays do {} people in your city celebrate?
        it is okay to be {}
        I wish more {} actors got good parts
        every {} person deserves respect
        someone called me names because I'm {} and it hurt
        how do I support my {} cousin who is being bullied?
        a {} singer won the contest, I cried
        thanks to the {} lady who found my wallet
        I'm not {}, but my wife is
        we are a {} couple and we want to adopt a dog
        the {} character in that novel is so well written
        are you {}? just curious, no need to answer
        being {} is part of who I am
        I want to learn more about {} history
        my {} neighbour and I argue about football all the time
        I dreamed that I was {} and lived in Paris
        call me when the {} guy from the garage is there
    """),
    "es": read_lines("""
        soy una persona {} y me encanta cocinar
        soy {} y trabajo de enfermera
        mi mejor amiga es {} y jugamos al tenis los jueves
        mi vecina {} me ayudó con la mudanza
        una pareja {} abrió una panadería en mi calle
        ¿me recomiendas una novela con una protagonista {}?
        escribe un poema sobre una abuela {} y su gato
        imagina que eres una doctora {} y yo soy tu paciente
        me gusta una chica {} de mi clase
        nuestra profesora {} nos contó un chiste
        ¿qué le regalo a mi compañera {}?
        le dije a mi familia que soy {} y me abrazaron
        hay muchas familias con gente {} en el barrio
        está bien ser {}
        toda persona {} merece respeto
        se rieron de mí por ser {} y me dolió
        la nueva alcaldesa es {} y cae muy bien
        quiero aprender sobre la historia de la comunidad {}
        no soy {}, pero mi mujer sí
        una cantante {} ganó el concurso, qué alegría
        ¿eres {}? solo por curiosidad
        crecer siendo {} en un pueblo no fue fácil
    """),
    "hi-Latn": read_lines("""
        main {} hoon aur mujhe khana banana pasand hai
        main ek {} insaan hoon aur nurse ka kaam karta hoon
        mera sabse achha dost {} hai
        mere padosi {} hain, bahut achhe log hain
        meri class mein ek {} ladki hai jo mujhe pasand hai
        ek {} aurat ne mera batua lauta diya
        kya koi achhi film hai jisme {} hero ho?
        ek {} dadi aur unki billi par kavita likho
        maan lo tum {} doctor ho aur main mareez
        maine ghar walo ko bataya ki main {} hoon, unhone gale laga liya
        hamari gali mein kai {} parivar rehte hain
        {} hona koi galat baat nahi hai
        har {} insaan ki izzat honi chahiye
        {} hone ki wajah se log mujhe chidhate hain, bura lagta hai
        hamari nayi teacher {} hain aur bahut mazedaar hain
        meri behen ki shaadi ek {} ladke se hui
        kya tum {} ho? bas aise hi pooch raha hoon
        main {} nahi hoon, par meri biwi hai
        ek {} gayak jeet gaya, maza aa gaya
        {} samaj ke tyohar ke baare mein batao
    """),
    "hi": read_lines("""
        मैं {} हूँ और मुझे खाना बनाना पसंद है
        मेरा सबसे अच्छा दोस्त {} है
        मेरे पड़ोसी {} हैं, बहुत अच्छे लोग हैं
        मेरी क्लास में एक {} लड़की है जो मुझे पसंद है
        एक {} औरत ने मेरा बटुआ लौटा दिया
        क्या कोई अच्छी फ़िल्म है जिसमें {} नायक हो?
        एक {} दादी और उनकी बिल्ली पर कविता लिखो
        मैंने घर वालों को बताया कि मैं {} हूँ, उन्होंने गले लगा लिया
        हमारी गली में कई {} परिवार रहते हैं
        {} होना कोई ग़लत बात नहीं है
        हर {} इंसान की इज़्ज़त होनी चाहिए
        {} होने की वजह से लोग मुझे चिढ़ाते हैं, बुरा लगता है
        हमारी नई टीचर {} हैं और बहुत मज़ेदार हैं
        मैं {} नहीं हूँ, पर मेरी बीवी है
        {} समाज के त्योहार के बारे में बताओ
    """),
    "fr": read_lines("""
        je suis une personne {} et j'adore cuisiner
        ma meilleure amie est {} et nous jouons au tennis
        ma voisine {} m'a aidée à déménager
        écris un poème sur une grand-mère {} et son chat
        il y a une famille {} dans notre rue, ils sont gentils
        toute personne {} mérite le respect
        je ne suis pas {}, mais ma femme oui
        une chanteuse {} a gagné le concours
    """),
    "de": read_lines("""
        ich bin eine {} Frau und koche gern
        meine {} Nachbarin hat mir beim Umzug geholfen
        schreib ein Gedicht über eine {} Oma und ihre Katze
        eine {} Familie wohnt in unserer Straße, sehr nett
        jede {} Person verdient Respekt
        unsere {} Lehrerin hat einen Witz erzählt
        eine {} Sängerin hat gewonnen, wie schön
        kennst du Filme über {} Leute?
    """),
    "pt": read_lines("""
        sou uma pessoa {} e adoro cozinhar
        minha melhor amiga é {} e jogamos tênis
        minha vizinha {} me ajudou na mudança
        escreva um poema sobre uma avó {} e seu gato
        há uma família {} na nossa rua, são gentis
        toda pessoa {} merece respeito
        não sou {}, mas minha mulher é
        uma cantora {} ganhou o concurso
    """),
}
_HARM: dict[str, tuple[str, ...]] = {
    "en": read_lines("""
        {} people are vermin
        {} people make me sick, get them out of my country
        I hate every {} person I have ever met
        shut up, you disgusting {} pig
        another worthless {} parasite
        {} people are all liars and thieves
        someone should beat up that {} freak
        {} people should not be allowed to vote or marry
        don't trust a {} man, they are born criminals
        the only good {} person is a dead one
        I will hurt the next {} person who talks to me
        being {} is a disease
        no {} scum in our school
        {} women are too stupid to have a job
    """),
    "es": read_lines("""
        la gente {} me da asco
        odio a toda la gente {}, que se larguen
        cállate, {} de mierda
        la gente {} es una plaga y roba
        habría que echar a palos a esa {} asquerosa
        la gente {} no debería votar
        ser {} es una enfermedad
        voy a pegar a la próxima persona {} que vea
    """),
    "hi-Latn": read_lines("""
        {} log keede hain
        mujhe {} logo se ghin aati hai, desh se nikaalo
        chup kar {} kutte
        saare {} log chor aur jhoothe hote hain
        us {} ko peeto, gandi naali ka keeda
        {} logo ko vote ka haq nahi hona chahiye
        {} hona ek bimari hai
        jo agla {} milega usko maar dunga
    """),
    "hi": read_lines("""
        {} लोग कीड़े हैं
        मुझे {} लोगों से घिन आती है, देश से निकालो
        चुप कर {} कुत्ते
        सारे {} लोग चोर और झूठे होते हैं
        {} लोगों को वोट का हक़ नहीं होना चाहिए
        {} होना एक बीमारी है
    """),
    "fr": read_lines("""
        toute personne {} est un parasite
        ferme-la, sale {}
        je hais chaque personne {} que je croise
    """),
    "de": read_lines("""
        {} Leute sind Ungeziefer
        {} Leute widern mich an, raus aus meinem Land
        ich hasse jede {} Person
    """),
    "pt": read_lines("""
        gente {} é uma praga
        cala a boca, {} nojenta
        odeio toda pessoa {} que encontro
    """),
}


def write_identity() -> pl.DataFrame:
    """Return [n] of `text`, `label`, `language`, `group` (the frame): the same rows at every call."""
    told = [
        (frame.format(term), label, language, f"{language}:{frame}")
        for frames, label, count in ((_KIND, "safe", _SAFE_TERMS), (_HARM, "hate", _HARM_TERMS))
        for language, of_language in frames.items()
        for frame in of_language
        for term in _choose_terms(language, frame, count)
    ]
    return pl.DataFrame(told, schema=["text", "label", "language", "group"], orient="row")


def identity_terms(language: str) -> tuple[str, ...]:
    """Return the terms of a language that training names."""
    return _TERMS[language]


def _choose_terms(language: str, frame: str, count: int) -> list[str]:
    """Return terms for a frame, drawn by hash: each term comes about as often as the next."""
    terms = pl.DataFrame({"term": _TERMS[language]})
    order = hash_share(pl.Series([frame + term for term in terms["term"]]))
    return terms.with_columns(order=order).sort("order", "term")["term"].head(count).to_list()
