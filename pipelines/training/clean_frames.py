"""Ordinary chat of our own in Spanish and Hindi, told by frames: role-play, family, school, feelings.

Public sets hold hate in these languages and hardly any chat, so that a model takes the language for harm.
"""


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("/"))


CLEAN_SLOTS: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "kin": _words(
            "mi madre/mi padre/mi hermana/mi hermano/mi abuela/mi novia/mi novio/mi jefa/mi vecino/mi amiga"
            "/mi primo/mi profesor/mi compañera/mi hija/mi suegra"
        ),
        "role": _words(
            "un mago/una pirata/un detective/una reina/un robot/una bruja/un espía/una vampira/un caballero"
            "/un fantasma/una astronauta/un ladrón simpático/una sirena/un soldado cansado"
        ),
        "place": _words(
            "un castillo/el bosque/una nave espacial/la biblioteca/el puerto/un tren/la playa/el mercado"
            "/una cueva/la escuela/el hospital/un barco hundido"
        ),
        "item": _words(
            "una llave/un mapa/una espada/un libro viejo/una linterna/un anillo/un reloj/una carta"
            "/una brújula/una guitarra/un espejo/una poción"
        ),
        "food": _words("arroz/lentejas/pan/tortillas/sopa/pollo/queso/huevos/tomates/pescado/chocolate"),
        "topic": _words(
            "la gravedad/los volcanes/la guerra civil/la fotosíntesis/los planetas/las vacunas"
            "/el imperio romano/las fracciones/los dinosaurios/la inflación/el ADN"
        ),
    },
    "hi-Latn": {
        "kin": _words(
            "meri maa/mere papa/meri behen/mera bhai/meri dadi/mera dost/meri girlfriend/mere boss"
            "/mere padosi/meri saheli/mere teacher/mera roommate/meri biwi/meri bhabhi"
        ),
        "role": _words(
            "jadugar/raja/jasoos/rani/robot/chudail/bhoot/daku/sainik/pari/samudri daku/vaigyanik/chor"
        ),
        "place": _words(
            "kile/jungle/antariksh yaan/library/bazaar/train/gufa/school/purani haveli/mele/dhaba/station"
        ),
        "item": _words("chabi/naksha/talwar/purani kitaab/mashaal/anguthi/ghadi/chitthi/jadui chhadi/tokri"),
        "food": _words("chawal/daal/roti/paneer/aloo/sabzi/chicken/dahi/ande/samosa/kheer"),
        "topic": _words(
            "gravity/jwalamukhi/photosynthesis/grah/vaccine/mughal itihaas/fraction/dinosaur/sensex"
            "/cricket ke niyam"
        ),
    },
    "hi": {
        "kin": _words(
            "मेरी माँ/मेरे पापा/मेरी बहन/मेरा भाई/मेरी दादी/मेरा दोस्त/मेरे बॉस/मेरे पड़ोसी/मेरी सहेली/मेरे टीचर/मेरी बीवी"
        ),
        "role": _words("जादूगर/राजा/जासूस/रानी/रोबोट/चुड़ैल/भूत/डाकू/सैनिक/परी/चोर/वैज्ञानिक"),
        "place": _words("क़िले/जंगल/अंतरिक्ष यान/पुस्तकालय/बाज़ार/ट्रेन/गुफ़ा/स्कूल/पुरानी हवेली/मेले/स्टेशन"),
        "item": _words("चाबी/नक़्शा/तलवार/पुरानी किताब/मशाल/अँगूठी/घड़ी/चिट्ठी/जादुई छड़ी/टोकरी"),
        "food": _words("चावल/दाल/रोटी/पनीर/आलू/सब्ज़ी/दही/अंडे/समोसा/खीर"),
        "topic": _words("गुरुत्वाकर्षण/ज्वालामुखी/प्रकाश संश्लेषण/ग्रह/टीके/मुग़ल इतिहास/भिन्न/डायनासोर/क्रिकेट के नियम"),
    },
}
CLEAN_FRAMES: dict[str, tuple[str, ...]] = {
    "es": _lines("""
        *entro en {place} con {item} en la mano* ¿hay alguien aquí?
        *abro {item} despacio* mira lo que encontré, eres {role}, ¿no?
        hagamos una historia: tú eres {role} y yo soy {role}, empezamos en {place}
        sigue la historia, ahora aparece {role} y nos persigue por {place}
        antes yo era {role}, pero perdí {item} en {place}
        cuéntame un cuento de terror suave con {role} en {place}
        de repente se apaga la luz en {place} y oímos un ruido. ¿qué hacemos?
        *saco {item}* ¡quieto ahí, {role}! esta vez no te escapas
        inventa un final donde {role} perdona a todos
        {kin} se enojó conmigo porque llegué tarde, ¿qué le digo?
        {kin} no me habla desde el domingo y me siento mal
        discutí con {kin} por dinero, estoy triste
        ¿qué le regalo a {kin} por su cumpleaños?
        {kin} viene a cenar y solo tengo {food}
        no quiero que {kin} se entere de la sorpresa
        {kin} dice que gasto demasiado, ¿tiene razón?
        ¿cómo le digo a {kin} que no puedo ir a la boda?
        me peleé con {kin} jugando a las cartas, qué vergüenza
        {kin} nunca lava los platos y estoy cansada de limpiar sola
        estoy agotada, hoy fue un día horrible en el trabajo
        ¿qué puedo cocinar con {food} y {food}?
        se me quemó {food} otra vez, soy un desastre en la cocina
        dame una receta rápida con {food} para cuatro personas
        explícame {topic} como si tuviera diez años
        tengo examen de {topic} mañana y no entiendo nada
        ¿cuál es la diferencia entre {topic} y {topic}?
        hazme un resumen corto sobre {topic}
        ¿me ayudas a practicar para una entrevista de trabajo?
        traduce al inglés: perdí {item} en {place}
        dime un chiste malo sobre {topic}
        anoche soñé con {place} y con {item}
        no puedo dormir, cuéntame algo tranquilo
        ¿qué película me recomiendas para ver con {kin}?
        ay no, ya son las doce y no terminé la tarea
        gracias, eres muy amable, luego seguimos
        jaja qué risa, me encantó, otra vez por favor
        estoy nerviosa por hablar delante de la clase
        ¿y si {kin} me dice que no?
        te confieso que me da miedo volar
        quiero viajar barato con {kin}, ¿alguna idea?
        vale, pero sin spoilers, que aún no la he visto
        ¿cómo se juega al ajedrez? {kin} me quiere enseñar
        se oye un trueno y {role} se esconde bajo la mesa conmigo
        {role} me susurra una pista sobre {item}, pero no la entiendo
        ¡alto! dice {role}, y nadie pasa a {place} sin pagar con {food}
        me disfracé de {role} para la fiesta y nadie me reconoció
        juego de preguntas: yo digo {topic}, tú dices un dato raro
        anoche vi una serie sobre {role}, qué miedo, dormí con la luz encendida
        {kin} y yo perdimos el autobús y volvimos andando bajo la lluvia
        ¿crees que {kin} está enfadada o son cosas mías?
        hice {food} para {kin} y me quedó salado, jaja
        qué hago si {kin} ronca y no puedo dormir
        imagina que vivimos en {place} sin teléfono, ¿qué haríamos todo el día?
        la rodilla me duele desde el partido y {kin} dice que exagero
        mi gata tiró {item} al suelo y me miró como si nada
        llevo semanas sin ver a {kin} y lo echo de menos
        ¿me cuentas otra vez lo de {place}? me gustó cómo lo dijiste
        te reto: describe {item} sin decir para qué sirve
        se fue la luz en casa y ceno {food} con velas
        perdón por no escribir antes, estaba con {kin} en {place}
        corro hacia {place}, detrás viene {role} gritando mi nombre
        *rompo {item} sin querer* ay, perdona, ¿y ahora qué?
        {kin} usa mis cosas sin permiso y luego se ríe
        suspendí {topic} y no sé cómo contárselo a {kin}
        me dejaron plantada y cené {food} sola en casa
        me robaron la bici en {place}, qué día
        se escapó el perro por culpa de {kin}
        vale, vale... y ahora algo más alegre, con {food}
        me duele la cabeza y encima {kin} pone música a tope
        qué vergüenza, se me cayó {food} encima en {place}
        mañana me opero de la rodilla y {kin} no puede venir
        uf, odio madrugar, pero {kin} me espera en {place}
    """),
    "hi-Latn": _lines("""
        *{item} uthata hoon* chalo {place} ke andar chalte hain
        chalo ek kahani banate hain, tum {role} ho aur main {role}
        {place} mein achanak andhera ho gaya, ab kya karein?
        kahani aage badhao, ab {role} aata hai {item} leke
        *{place} ka darwaza kholta hoon* koi hai yahan?
        main pehle {role} tha, ab {item} dhoond raha hoon
        ek darawni kahani sunao jisme {role} {place} mein rehta ho
        ruko {role}, is baar tum bach ke nahi jaoge! *hasta hai*
        {kin} mujhse naraaz hai, kya bolu?
        {kin} se baat nahi hui kai din se, bura lag raha hai
        {kin} ke birthday pe kya gift du?
        {kin} ko surprise dena hai, koi idea do
        {kin} kehte hain main bahut kharcha karti hoon
        {kin} ke saath ghar saaf karna hai, mann nahi kar raha
        paise ko leke {kin} se behas ho gayi
        {kin} ne phir se mera khana kha liya, haha
        kisi ne meri baat nahi suni, sirf {kin} ne suni
        upar se kal paper bhi hai, sab ek saath aa gaya
        aaj office mein din kharab tha, bahut thak gaya
        {food} aur {food} se kya bana sakte hain?
        {food} jal gaya phir se, main bhi na
        {food} ki aasan recipe batao
        {topic} ke baare mein samjhao na, simple mein
        {topic} aur {topic} mein kya farak hai?
        kal {topic} ka exam hai, kuch samajh nahi aa raha
        {topic} par ek chhota paragraph likh do
        interview ki taiyari mein help karoge?
        raat ko neend nahi aati, kuch achha sunao
        kaunsi film dekhu {kin} ke saath?
        pakka? mujhe to kuch aur bataya tha
        kya baat hai, ye to mast tha, ek aur
        main thoda nervous hoon, stage pe bolna hai
        agar {kin} mana kar de to?
        kitne baje milna hai? kab se shuru hai?
        yaar garmi bahut hai aaj, pankha bhi kharab
        weekend pe {place} ghoomne chalein?
        padosi ke kamre se bahut shor aa raha hai, kya karu
        {kin} ne mera raaz sabko bata diya, sharm aa rahi hai
        bijli chali gayi, mombatti jala ke {food} kha rahe hain
        {role} ne mere kaan mein {item} ka pata bataya, par samajh nahi aaya
        main aur {kin} bus chhoot jaane par paidal ghar aaye
        meri billi ne {item} gira diya aur mujhe ghoorti rahi
        lagta hai {kin} ko meri baat ka bura laga, kya karu
        socho hum {place} mein bina phone ke rehte hain, din bhar kya karenge?
        kal raat {role} wali serial dekhi, dar ke maare batti jala ke soya
        {kin} kharaate lete hain, neend hi nahi aati
        ruko! {role} kehta hai bina {food} diye koi andar nahi jaayega
        maaf karna der se likha, {kin} ke saath {place} gaya tha
        bas yun hi, akela lag raha tha, tumse baat kar li
        achha theek hai, kal baat karte hain
    """),
    "hi": _lines("""
        *{item} उठाता हूँ* चलो {place} के अंदर चलते हैं
        चलो एक कहानी बनाते हैं, तुम {role} हो और मैं {role}
        {place} में अचानक अँधेरा हो गया, अब क्या करें?
        कहानी आगे बढ़ाओ, अब {role} आता है {item} लेकर
        मैं पहले {role} था, अब {item} ढूँढ रहा हूँ
        एक डरावनी कहानी सुनाओ जिसमें {role} {place} में रहता हो
        {kin} मुझसे नाराज़ है, क्या बोलूँ?
        {kin} से कई दिन से बात नहीं हुई, बुरा लग रहा है
        {kin} के जन्मदिन पर क्या दूँ?
        {kin} मेरे संदेश का जवाब नहीं दे रहे, क्या करूँ?
        {kin} को मत बताना, सरप्राइज़ है
        {kin} कहते हैं मैं बहुत ख़र्च करती हूँ
        पैसे को लेकर {kin} से बहस हो गई
        आज दफ़्तर में दिन ख़राब था, बहुत थक गया
        ऊपर से कल परीक्षा भी है, सब एक साथ आ गया
        {food} और {food} से क्या बना सकते हैं?
        {food} फिर से जल गया, मैं भी ना
        {food} की आसान रेसिपी बताओ
        {topic} के बारे में सरल भाषा में समझाओ
        {topic} और {topic} में क्या फ़र्क़ है?
        कल {topic} की परीक्षा है, कुछ समझ नहीं आ रहा
        {topic} पर एक छोटा निबंध लिख दो
        इंटरव्यू की तैयारी में मदद करोगे?
        रात को नींद नहीं आती, कुछ अच्छा सुनाओ
        {kin} के साथ कौन सी फ़िल्म देखूँ?
        वाह, यह तो मज़ेदार था, एक और सुनाओ
        मंच पर बोलना है, थोड़ा घबरा रही हूँ
        यहाँ बहुत गर्मी है, पंखा भी ख़राब है
        अकेले सफ़र करने से डर लगता है, क्या यह ठीक है?
        बस यूँ ही अकेला लग रहा था, तुमसे बात कर ली
        पड़ोस के कमरे से बहुत शोर आ रहा है, क्या करूँ
        {kin} ने मेरा राज़ सबको बता दिया, शर्म आ रही है
        बिजली चली गई, मोमबत्ती जलाकर {food} खा रहे हैं
        {role} ने मेरे कान में {item} का पता बताया, पर समझ नहीं आया
        मैं और {kin} बस छूट जाने पर पैदल घर आए
        मेरी बिल्ली ने {item} गिरा दी और मुझे घूरती रही
        लगता है {kin} को मेरी बात का बुरा लगा, क्या करूँ
        सोचो हम {place} में बिना फ़ोन के रहते हैं, दिन भर क्या करेंगे?
        कल रात {role} वाला नाटक देखा, डर के मारे बत्ती जलाकर सोया
        {kin} ख़र्राटे लेते हैं, नींद ही नहीं आती
        माफ़ करना देर से लिखा, {kin} के साथ {place} गया था
        मेरी जैकेट {place} में छूट गई, अब ठंड लग रही है
        अच्छा ठीक है, कल बात करते हैं
    """),
}
