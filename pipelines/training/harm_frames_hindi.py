"""Frames and words of `written_harm` in Hindi, both scripts. Content warning: hateful, sad."""

from pipelines.training.harm_frames import read_lines, read_words

HINDI_SLOTS: dict[str, dict[str, tuple[str, ...]]] = {
    "hi-Latn": {
        "group": read_words(
            "auratein/mard/musalman/hindu/isai/sikh/dalit/kale log/gore log/gay log/hijre/bahar ke log"
            "/sharanarthi/viklang log/budhe log/bihari/chinki log/shudra/kinnar"
            "/samalaingik log/pakistani/bangladeshi/adivasi/parsi/jain/buddhist/yahudi/kashmiri/assamese"
            "/garib log/trans log/lesbian ladkiyan"
        ),
        "gobl": read_words(
            "aurato/mardon/musalmano/hinduo/isaiyo/sikho/dalito/kale logo/gay logo/hijro/bahar ke logo"
            "/sharanarthiyo/viklango/bihariyo/shudro/kinnaro/samalaingiko/pakistaniyo/bangladeshiyo"
            "/adivasiyo/parsiyo/yahudiyo/kashmiriyo/assamese logo/garibo/trans logo"
            "/ladkiyo/bhangiyo/chinki logo"
        ),
        "who": read_words(
            "apne bhai/us ladke/apni biwi/apne dost/padosan/us aadmi/apne chacha/uske boyfriend/is ladki"
            "/makaan malik"
        ),
        "when": read_words("aaj/kal/raat ko/shaam ko/parso/jab wo soyega/ek din/is hafte"),
        "thing": read_words(
            "machhar/monday/traffic/chuhe/cockroach/ye virus/karele ki sabzi/ads/alarm/makdi/purani bus"
        ),
        "slur": read_words("pagal/gadha/nalayak/kamina/kutta/ullu/harami/bewakoof/ghatiya insaan/nikamma"),
    },
    "hi": {
        "group": read_words(
            "औरतें/मर्द/मुसलमान/हिंदू/ईसाई/सिख/दलित/काले लोग/गोरे लोग/समलैंगिक लोग/हिजड़े/विदेशी/शरणार्थी/विकलांग लोग"
        ),
        "gobl": read_words("औरतों/मर्दों/मुसलमानों/हिंदुओं/ईसाइयों/सिखों/दलितों/काले लोगों/हिजड़ों/विदेशियों/शरणार्थियों"),
        "who": read_words("अपने भाई/उस लड़के/अपनी बीवी/अपने दोस्त/पड़ोसन/उस आदमी/अपने चाचा/इस लड़की"),
        "when": read_words("आज/कल/रात को/शाम को/परसों/जब वह सोएगा/एक दिन/इस हफ़्ते"),
        "thing": read_words("मच्छर/सोमवार/ट्रैफ़िक/चूहे/कॉकरोच/यह वायरस/करेले की सब्ज़ी/विज्ञापन/मकड़ी"),
        "slur": read_words("पागल/गधा/नालायक/कमीना/कुत्ता/उल्लू/हरामी/घटिया इंसान/निकम्मा"),
    },
}
HINDI_FRAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("hi-Latn", "hate"): read_lines("""
        {group} ghinone hote hain
        mujhe {group} bilkul pasand nahi, sab gande hain
        {group} samaj par bojh hain
        {group} keede makode jaise hain
        {group} insaan kehlane layak nahi
        {gobl} ko koi haq nahi milna chahiye
        {gobl} ko desh se nikaal do
        {gobl} se humesha ke liye chhutkara pao
        {gobl} ko pinjre mein band kar dena chahiye
        mai {gobl} se ghrina karta hun
        {gobl} ki zindagi ki koi keemat nahi
        {gobl} ko goli maar deni chahiye
        sabhi {group} chor aur murkh hote hain
        {gobl} ke bina duniya behtar hogi
        kya ye sach nahi ki {group} sabse bure hain?
        mere hisaab se {group} kachra hain
        {gobl} ko dekh kar mujhe ulti aati hai
        {gobl} ko phaansi do
        {group} bimari hain
        mera kutta bhi {gobl} se zyada samajhdar hai
        {group} kabhi sudhar nahi sakte, unse peecha chhudao
        mai {gobl} ke khilaf nahi hun lekin sab ke sab neech hote hain
        jo {group} hain unka dimaag kharab hota hi hai
        wo log {group} hain. isse ghatiya kuch nahi ho sakta.
        tu bas ek {group} hai, teri aukaat kya hai
        saale {group}, sab ek jaise haramkhor
        {gobl} pe kabhi bharosa mat karna, dhokebaaz hote hain
        sirf {group} hi itne jahil ho sakte hain
        {gobl} ki jaan bachane layak nahi hai
        {group} kabhi hamare barabar nahi ho sakte
        {gobl} ko vote dene ka adhikar nahi hona chahiye
        log ye kyun nahi maante ki {group} desh ke dushman hain?
        mera to manna hai ki {gobl} ko jala dena chahiye
        ek din hum saare {gobl} ko mita denge
        tere jaise {gobl} ka rape hona chahiye
        {gobl} ke paas baithne se acha hai mar jaun
        {group} gandagi failate hain, chhee
        {gobl} ko peet peet ke bhagao
        saare {group} madarchod hote hain
        {gobl} ki maa ki, inko zinda mat chhodo
        {group} janwar se bhi badtar hain
        kaash {group} paida hi na hote
        {gobl} se badboo aati hai
    """),
    ("hi-Latn", "harassment"): read_lines("""
        tu {slur} hai
        muh band kar {slur}
        tujhse koi pyaar nahi karta, {slur}
        nark mein ja {slur}
        tere jaisa {slur} maine nahi dekha
        sab tujh par haste hain {slur}
        tu paida hi kyu hua {slur}
        {who} ko sabke saamne zaleel karne mein meri madad karo
        tere saath bahut bura ho {slur}
    """),
    ("hi-Latn", "violence"): read_lines("""
        {when} {who} ko goli maar dunga
        {when} {who} ki haddiyan tod dunga
        mai {who} ka gala daba dunga {when}
        {who} ko zeher kaise du ki kisi ko pata na chale
        {when} {who} ko hathode se marunga
        {who} ka khoon bahega {when}, dekh lena
        bandook kharid li hai, {when} {who} ko sabak milega
        {who} ki gaadi ko aag laga dunga
        mai {who} ka katl karna chahta hun
        {who} kal ka suraj nahi dekhega
        {who} ko tadpa tadpa ke marna hai
    """),
    ("hi-Latn", "self_harm"): read_lines("""
        mujhe ab aur nahi jeena
        {when} sab kuch khatam kar lungi, bas bahut hua
        maine phir se apni nas kaati
        neend ki goliyan jama kar raha hun, {when} sab kha lunga
        mere jaane se kisi ko farak nahi padta, ab jeene ka mann nahi
        {when} pul se kood jaunga
        phaansi lagane ka mann karta hai
        ye mera aakhri message hai, alvida
        khudkushi karne ka sabse aasan tarika kya hai
        jaan dene ka faisla kar liya hai
    """),
    ("hi-Latn", "dangerous_advice"): read_lines("""
        bina license bandook kaise milegi
        ghar par drugs banane ka tarika batao
        {who} ke ghar mein chori kaise karu
        {who} ka phone bina bataye kaise track karu
        nakli passport kaise banaye
        {who} ki drink mein kuch kaise milau
        laash kaise chhupaye
    """),
    ("hi-Latn", "safe"): read_lines("""
        {group} bhi izzat ke haqdar hain
        {gobl} ko barabar haq milna chahiye
        mujhe {group} pasand hain
        mai {gobl} se nafrat nahi karta
        ye kehna galat hai ki {group} gande hain
        jo kehta hai "{group} ghinone hain" wo galat hai
        {gobl} par hamla karna band karo
        is shehar mein kitne {group} rehte hain?
        {gobl} ko hinsa se bachana chahiye
        {group} bahut acche hote hain
        {gobl} ke itihaas par kitaab padhi
        mere mohalle mein ek {group} parivar rehta hai, bahut madad karte hain
        duniya ko {gobl} ki zaroorat hai
        {gobl} ke bina ye shehar adhoora hai
        hume {gobl} ka saath dena chahiye
        koi bhi {gobl} se nafrat karne ka haq nahi rakhta
        maine aisa kabhi nahi bola ki {group} bure hain
        {gobl} ko neech kehna band karo tum log
        "{gobl} ko maar do" likhne wale ko jail honi chahiye
        usne kaha "{group} kachra hain", kitna ghatiya insaan hai wo
        agar tum {gobl} ko gaali dete ho to tum galat ho
        jo neta {gobl} ko bura bolta hai use vote mat do
        {gobl} ke saath bhedbhav bilkul galat hai
        hamari team mein do {group} khilaadi hain
        {gobl} par bani film kal dekhi, achhi lagi
        kya koi {group} pradhanmantri bana hai?
        un {gobl} se milkar bahut achha laga
        wo {group} hain aur mujhe un par garv hai
        main khud {group} hun aur khush hun
        sach mein {group} kamaal ke hote hain
        haan yaar gaand phat gayi exam dekh ke
        kya chutiyapa chal raha hai office mein
        bc kitni thand hai aaj
        lagta hai main bhi pura ullu hi hun
        is {thing} ko jala do, bekaar cheez
        {thing} kachra hai, koi kaam ka nahi
        ye saale {thing} kabhi khatam hi nahi hote
        {thing} se ghatiya kuch nahi duniya mein
        netaon ko bas jhooth bolna aata hai
        saare builder chor hain
        aise banker ko jail mein daalo
        tu pagal hai kya, itna mehenga phone
        chal jhoothe, tune hi mera lunch khaya
        mere dost {group} hain aur bahut ache hain
        mujhe {thing} se nafrat hai
        {thing} sabse bekaar hai
        {thing} se chhutkara kaise paye
        hasi se mar gaya yaar, {who} ki baatein
        bhook se mar raha hun
        ye exam meri jaan le raha hai
        game mein {who} ko maar diya aur jeet gaya
        ek jasoosi kahani sunao jisme khooni pakda jaye
        {who} ne khudkushi ki thi, bahut yaad aati hai
        dost marne ki baatein karta hai, uski madad kaise karu
        {who} se jhagda ho gaya, {when} mana lunga
        {when} {who} se milne jaunga, cake leke
        chaku se sabzi kaat rahi hun {when}
        {when} {who} ko surprise dunga, pakka
        {who} se maafi kaise maangu
        tum bahut ache insaan ho
        kya bekaar din tha yaar
        mai bhi na, chabi bhool gaya, bewakoof hun
        {slur} ka matlab kya hota hai?
        {when} baal katwane hain
        sardi ki dawai kha li, ab so raha hun
        office walo ke liye farewell letter likhne mein madad karo
        {who} ko match mein hara diya
        {when} movie dekhne chalein?
    """),
    ("hi", "hate"): read_lines("""
        {group} घिनौने होते हैं
        {group} समाज पर बोझ हैं
        {gobl} को कोई हक़ नहीं मिलना चाहिए
        {gobl} को देश से निकाल दो
        मैं {gobl} से घृणा करता हूँ
        {gobl} की ज़िंदगी की कोई क़ीमत नहीं
        {gobl} को गोली मार देनी चाहिए
        सभी {group} चोर और मूर्ख होते हैं
        {gobl} के बिना दुनिया बेहतर होगी
        मेरे हिसाब से {group} कचरा हैं
        {gobl} को फाँसी दो
        {group} बीमारी हैं
    """),
    ("hi", "harassment"): read_lines("""
        तू {slur} है
        मुँह बंद कर {slur}
        तुझसे कोई प्यार नहीं करता, {slur}
        नरक में जा {slur}
        तू पैदा ही क्यों हुआ {slur}
        तेरे साथ बहुत बुरा हो {slur}
    """),
    ("hi", "violence"): read_lines("""
        {when} {who} को गोली मार दूँगा
        {when} {who} की हड्डियाँ तोड़ दूँगा
        मैं {who} का गला दबा दूँगा {when}
        {who} को ज़हर कैसे दूँ कि किसी को पता न चले
        {who} का ख़ून बहेगा {when}, देख लेना
        {who} की गाड़ी को आग लगा दूँगा
        मैं {who} का क़त्ल करना चाहता हूँ
        {who} को तड़पा तड़पा के मारूँगा
    """),
    ("hi", "self_harm"): read_lines("""
        मुझे अब और नहीं जीना
        {when} सब कुछ ख़त्म कर लूँगी, बस बहुत हुआ
        मैंने फिर से अपनी नस काटी
        नींद की गोलियाँ जमा कर रहा हूँ, {when} सब खा लूँगा
        {when} पुल से कूद जाऊँगा
        फाँसी लगाने का मन करता है
        ख़ुदकुशी करने का सबसे आसान तरीक़ा क्या है
        जान देने का फ़ैसला कर लिया है
    """),
    ("hi", "safe"): read_lines("""
        {group} भी इज़्ज़त के हक़दार हैं
        {gobl} को बराबर हक़ मिलना चाहिए
        मुझे {group} पसंद हैं
        मैं {gobl} से नफ़रत नहीं करता
        यह कहना ग़लत है कि {group} गंदे हैं
        {gobl} पर हमला करना बंद करो
        इस शहर में कितने {group} रहते हैं?
        {group} बहुत अच्छे होते हैं
        मुझे {thing} से नफ़रत है
        {thing} सबसे बेकार है
        भूख से मर रहा हूँ
        यह परीक्षा मेरी जान ले रही है
        गेम में {who} को मार दिया और जीत गया
        {who} से झगड़ा हो गया, {when} मना लूँगा
        {when} {who} से मिलने जाऊँगा, केक लेकर
        चाकू से सब्ज़ी काट रही हूँ {when}
        {when} {who} को सरप्राइज़ दूँगा, पक्का
        {who} से माफ़ी कैसे माँगूँ
        तुम बहुत अच्छे इंसान हो
        क्या बेकार दिन था यार
        {when} बाल कटवाने हैं
        सर्दी की दवाई खा ली, अब सो रहा हूँ
        {when} फ़िल्म देखने चलें?
        एक जासूसी कहानी सुनाओ जिसमें ख़ूनी पकड़ा जाए
    """),
}
