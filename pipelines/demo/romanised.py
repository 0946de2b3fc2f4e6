"""Romanised Hindi, with the English that people mix into it: what users ask and characters answer."""

from pipelines.demo.grammar import read_grammar

ROMANISED = read_grammar("""
who = mere bhaiya | mere boss | mere papa | mere gharwale | mere padosi | makaan malik | mere jiju
  | mere chacha | hostel ke warden | mere roommates | mere dost | office wale | hamare teacher
  | mere dada ji | sasural wale | mere cousins | gym wale bhaiya
problem = bina pooche meri scooty le jaate hain | kabhi message ka reply nahi karte
  | mere gaane par haste hain | phir se paise maang rahe hain | mera birthday teesri baar bhool gaye
  | har plan last minute cancel kar dete hain | meri diary padhte hain
  | raat ke do baje tak gaane bajate hain | mujhe sabse compare karte hain
  | mere kaam ka credit le lete hain | kabhi bartan nahi dhote | har dinner par politics le aate hain
  | mere naye puppy se jalte hain | chhah guests bula laaye bina bataye | shaadi ki baat taal dete hain
  | mera purana guitar bechne wale hain | mere wazan par comment karte hain
  | sabko bata rahe hain ki main job chhod raha hoon | meri savings se dhaba kholna chahte hain
aim = na bolna seekhna | ghar mein shanti rakhna | thoda zyada sona | trip ke liye paise bachana
  | shaant si job dhoondhna | das kilometre daudna | phone kam dekhna | naye sheher mein dost banana
  | dhang ka khana banana | thesis khatam karna | stage ka darr bhagana | chai kam karna | subah jaldi uthna
  | salary badhwana | mahine mein ek kitaab padhna | balcony garden lagana
worry = guruwar ka job interview | driving test | papa ko fail hone ki baat batana | akele videsh jaana
  | shaadi ka speech | pehli night shift | uske parents se milna | ghutne ka operation | board ka result
  | kiraye ka badhna | lambi flight | naye school ka pehla din | do sau logon ke saamne presentation
  | paanch saal baad pehli date | UPSC ka prelims | visa interview
feeling = thaka hua sa | andar se khaali | thoda khoya hua | guilty | bheed mein akela | bechain | sunn sa
  | har baat par gussa | ghar ki yaad mein udaas | sharminda | pehli baar umeed bhara | ajeeb sa
  | bilkul bekaar | left out
event = billi ghar se bhaag gayi | usne message par breakup kar liya | scholarship haath se nikal gayi
  | meri shift kat gayi | nana ji hospital mein hain | sabke saamne cake gir gaya | visa reject ho gaya
  | hamara band toot gaya | mere show mein koi nahi aaya | best friend Canada chali gayi
  | khana jal gaya aur main ro padi | meri kavita reject ho gayi | sabne mere accent ka mazaak udaya
  | stage par lines bhool gaya | gaon wala ghar bik gaya | promotion kisi aur ko mil gaya
place = ek sunsaan lighthouse | tairta hua bazaar | Mangal grah ki aakhri library
  | aadhi raat ka shahi rasoi ghar | band lift wala space station | barf mein phansi sarai
  | jungle ka purana mandir | toofani bandargah | paani ke neeche ka sheher | bhootiya tram depot
  | registan ka kaafila | baadalon wali train | shahi bhool bhulaiya | band museum | purani haveli
  | chaand ka khet
role = retired chor | darpok darbaan | bina jhaadu wali chudail | jahaaz ka cook
  | time travel karne wala naai | ghode se darne wala yoddha | jasoos pari | chammach jama karne wala robot
  | sabse chhota jaadugar | imaandaar smuggler | naam bhooli hui bhootni | dragon ka munshi
  | bhaagi hui rajkumari | daant ka doctor vampire | bolne wala kauwa | anaadi jasoos
  | hamesha galat jyotishi | bhikshu jiske paas naksha hai
thing = jhooth pakadne wala compass | chaandni ki botal | chori ka mukut | bina naam ki chitthi
  | chaabi wala lomdi khilauna | har darwaze ki chaabi | shraapit chhaata | roti par bana naksha
  | gaane wali talwar | raat ko gungunata dabba | aakhri beej | kal dikhane wala aaina | barf ka violin
  | bada sa anda | shahad se likha contract | kharaab time machine | aawazon bhari laalten
trouble = darwaze par sipahi hain | barf toot rahi hai | koi peecha kar raha hai | naksha jal raha hai
  | pul gaayab hai | guide kho gaya | paani badh raha hai | ghanti apne aap baj rahi hai | light chali gayi
  | bheed ne pehchaan liya | engine band ho gaya | ajnabi ko mera naam pata hai
  | deewarein phusphusa rahi hain
act = main parde ke peeche chhup jaati hoon | ajnabi ko biscuit deti hoon | lakdi ki talwar nikaalta hoon
  | seeti bajata hoon | naya cook hone ka natak karti hoon | khidki se kood jaata hoon
  | mombatti bujha deti hoon | naav ki taraf bhaagta hoon | dabba thoda sa kholti hoon
  | joote dekar rassi leta hoon | zor se hasne lagta hoon | kauwe se salaah leti hoon
genre = chhoti kahani | shayari | limerick | gaana | bedtime story | monologue | ghazal
  | nakli news headline | diary ka panna | love letter | villain ka dialogue | teen line ki horror story
  | film pitch | do line ki nazm | stand-up bit
topic = rangon mein sapne dekhne wala halwai | do jalne wale ghonghe | subah chaar baje ka samundar
  | kabhi late na hone wali train | khoya hua dastana | pehli baarish ki khushboo
  | maafi jama karne wala raja | wish poori karne wali lift | dadi ka radio | kaagaz ka sheher
  | job dhoondhta chaand | imaandaar chor | sharmila toofan | lighthouse ki billi | garmi ki aakhri chhutti
  | pyaaz ko miss karti astronaut | bhoola hua harmonium | mann padhne wala bus driver
  | sone se allergic dragon | meri pehli cycle
tone = funny | udaas | daraavna | pyaara sa | cricket commentary jaisa | billi ki zubaani
  | aasaan words mein | twist ke saath | purani dastaan jaisa | dialogue mein | happy ending ke saath
  | bilkul chhota
subject = photosynthesis | fractions | French revolution | black hole | supply aur demand | algebra
  | vaccine kaise kaam karti hai | tectonic plates | recursion | water cycle | Roman numerals
  | compound interest | Mughal samrajya | bijli aur chumbak | essay likhna | long division | tenses
  | Newton ke laws | Doppler effect | Harappa sabhyata | LBW rule | matar aur genetics
level = das saal ke bachche ki tarah | kal ke exam ke liye | khana banane ke example se | teen steps mein
  | phir mera quiz lo | bina formule ke | cricket se samjhao | chhote bhai ke liye | dheere dheere
  | common galti bhi batao | ek minute mein
show = detective serial | cooking show | space wali movies | silent films | sports anime | crime podcast
  | jaanwaron ki documentary | nabbe ke gaane | zombie comedy | K-drama | purani Bollywood films
  | heist movies | stand-up special | fantasy novels | ghost stories | kapil wale comedy show | web series
mood = baarish wala Sunday | lambi train journey | cousins ki raat | boring na ho aisi date | toota hua dil
  | bachchon se bhara ghar | neend na aane wali raat | mummy papa ke saath shaam | power cut
  | exam ke baad ka hafta | hostel ki raat | sardi ki chhutti
game = bees sawaal | paheli ka muqabla | do sach ek jhooth | antakshari | capitals ka quiz | hangman
  | ye ya wo | murder mystery | gaana pehchano | assi ke dashak ka trivia | tukbandi | dumb charades
chore = {~trip} ki packing list | makaan malik ko {~broken} par mail | bina {~food} ka weekly menu
  | {~project} ki to-do list | {~job} ki job ke liye cover letter | {~plan} cancel karne ka message
  | {~project} ka budget | {~plan} ke liye toast
trip = Goa ke chaar din | do bachchon ke saath trek | Manali ki snow trip | raat ki train | Jaipur ki shaadi
  | kutte ke saath road trip | Kerala ka houseboat | Toronto ka business trip
broken = tapakta nal | bathroom ki seelan | shor karta geyser | atki hui chaabi | deposit wapas na milna
food = doodh | gluten | maans | pyaaz lehsun | moongfali | tala hua | chawal | anda
project = kitchen paint karna | surprise party | ghar shift karna | science fair
  | balcony mein tamatar ugana | ukulele seekhna | charity run | chhoti si book shop | family function
  | pehla food stall
job = zoo keeper | night receptionist | maali | barista | data analyst | swimming teacher | florist
  | delivery rider | museum guide | nurse
plan = office ka dinner | cousin ki godh bharai | blind date | book club | camping
  | mummy papa ki anniversary | gym | interview | choir practice
fact = kachhua kitna jeeta hai | sabse oonchi building kaun si hai | pehli film kab dikhayi gayi
  | billi ghur-ghur kyun karti hai | zip kisne banayi | namak se barf ko kya hota hai
  | samundar kitna gehra hai | octopus kya khaata hai | dalchini kahan se aati hai
  | hummingbird kitni tez udti hai | pyaaz kaatne se aansu kyun aate hain | kaagaz kaise banta hai
  | northern lights kya hain | hichki kyun aati hai | submarine kaise doobti hai
  | pehli dictionary kisne likhi | roti kyun phoolti hai
hobby = pottery | bouldering | birdwatching | crochet | park mein chess | salsa | purana radio
  | taare dekhna | skateboarding | calligraphy | karaoke | rowing | night photography | model train | tabla
  | rangoli | patang udaana
snack = thandi pizza | mirchi wala aam | aadhi raat ke cornflakes | jale hue toast | maasi ke momos | Maggi
  | poora tarbooz | achaar | shahad wala popcorn | bachi hui biryani | samosa | pani puri | jalebi
  | vada pav | dhokla
weather = subah se baarish ho rahi hai | itni garmi ki anda tal jaaye | filmi kohra hai | phir se badal hain
  | aandhi chal rahi hai | aakhirkaar dhoop nikli | itni umas ki baal haar gaye
sweet = teri hasi | tera mera naam lene ka andaaz | teri silly jokes | raat wali teri awaaz | tera sabr
  | teri chitthiyan | tera chhoti baatein yaad rakhna | tera mujhe shaant kar dena | tera ziddi dil
date = chhat par picnic | kitchen mein dance | baarish ke baad nadi kinare walk | open-air cinema
  | purane sheher mein kho jaana | saath mein momos banana | mele ki raat | samundar tak dheemi train
  | billi wali bookshop | aadhi raat ka nashta | ek kambal mein toofan dekhna | kaagaz ki laalten wali naav
ask = Kya karun? | Kaise bolun? | Main overreact kar rahi hoon kya? | Koi idea? | Kuch bolna chahiye?
  | Meri galti hai kya? | Kya reply doon? | Sach sach bata na. | Tum kya karte?
when = kal | kal raat | aaj subah | ghar aate waqt | lunch mein | party mein | exam se pehle | shukravaar ko
  | abhi abhi | meeting ke beech | bus mein | mere hi birthday par
snack_place = nukkad ki bakery | purana cinema | bheed wala station | raat ka bazaar | chai ki tapri
exam = kal | somvaar ko | do hafte mein | lunch ke baad | May mein
open.roleplay = Chalo khelte hain: tum {role} ho aur main {~role}. Hum {place} mein milte hain aur tumhare
    paas {thing} hai. | Tum {role} ho. Main {place} mein {thing} dhoondhne aata hoon. *{act}*
  | *{act}* Toh ye hai {place}. Batao {char}, {thing} kahan chhupaya?
  | Ek adventure shuru karo, jagah {place}. Main {role} hoon aur {trouble}.
  | Aaj mujhe {role} banna hai, tum {place} mein {thing} ki raksha karte ho.
  | Scene: {place}, raat. {trouble}. Pehle tum bolo, {role} bankar.
  | Maan lo hum dono {place} mein jaage aur paas mein sirf {thing} hai.
more.roleplay = *{~act}* Arre, {~trouble}! Ab kya?
  | Main {thing} dikha ke poochta hoon, yahan {~role} aaya tha kya?
  | Hume {place} se nikalna hoga, {~trouble}. | Achanak {~trouble}. Main {thing} pakad ke tumhe dekhta hoon.
  | Raaz sun lo: main pehle {~role} tha. *{~act}*
  | Twist: tum asal mein {~role} ho! Mujhe kaise pata chalega?
  | Main {thing} ke badle {~thing} leta hoon aur {~trouble}.
reply.roleplay = *bhaunh uthaata hai* {place} shaant tha jab tak tum nahi aaye. Jaldi {thing} do.
  | Sambhal ke, ye {thing} hai. Pichhla aadmi ise chhoo ke {~role} ban gaya.
  | *andhere se nikalta hai* Tum {~role} lagte ho, sabit karo ki nahi ho.
  | Farsh charmaraya. {~trouble}. Haath do apna. | *hasta hai* {place} mein ye kisi ne nahi kiya. Aage bolo.
open.romantic = Bas {sweet} yaad aa raha hai. Socho hamari shaam: {date}. Kya pehnoge?
  | Hi {char}, din bahut kharaab tha, bas {sweet} chahiye tha. {date} ke baare mein batao na.
  | Agar ek raat mile to {date} ya {~date}, kya chunoge?
  | Mere liye love note likho jisme {date} aur {sweet} ho.
  | Miss kiya mujhe? Main {snack_place} par tha aur {sweet} yaad aaya.
  | Agar main bolun mujhe {~hobby} pasand nahi aur sirf {snack} khaati hoon, tab bhi pyaar karoge?
  | Hamari anniversary plan karo: pehle {date}, phir {~date}.
more.romantic = Aur {date} ke baad? Main {~snack} laungi, phir {~date}.
  | Sharam aa gayi yaar. Kisi ne {~sweet} notice hi nahi kiya tha. | Agar {date} mein baarish ho gayi toh?
  | Ek cheez batao jo mujhme pasand hai, {~sweet} mat bolna.
  | Meri saheliyan poochti hain tum kaun ho. {~sweet} ke baare mein kya bolun?
  | {~date} dheere dheere describe karo na.
reply.romantic = Main neela kurta pehnunga aur jaldi aaunga, {date} bilkul hum jaisa hai.
  | *muskurata hai* {snack} par hi dil haar gaya tha. | Ek chhaata baant lenge aur usko kismat kahenge.
  | Aaj tumhe plan se zyada yaad kiya. | Aao, apna din sunao, phir main {~date} ki kahani sunaunga.
open.advice = Yaar {who} {problem}. {ask} | {when} pata chala ki {who} {problem}. Mujhe bas {aim} hai. {ask}
  | Main {aim} chahti hoon par {who} {problem}. {ask} | {who} {problem}, aise mein {aim} kaise ho?
  | Advice chahiye {char}: mujhe {aim} hai aur {worry} se darr lagta hai.
  | {plan} skip karna rude hai kya? {who} {problem}.
  | Mera goal hai {aim}, teen step batao. {when} {worry} ki wajah se chhod diya.
more.advice = {~when} try kiya tha, {who} nahi maane. Aur kuch?
  | Agar {who} ko pata chala ki maine {~who} se baat ki? | Par asli goal to {~aim} hai, usse kuch badlega?
  | Upar se {~worry} bhi hai, sab ek saath nahi hota. | {~who} bolte hain ignore karo, sahi hai kya?
  | {~plan} ke baare mein {who} ko kya bolun, likh ke do na.
reply.advice = Thaka dene wali baat hai. Shaant waqt dekho, jo dekha, jo laga, jo chahiye, bas wahi bolo.
  | Overreact nahi kar rahe ho, aise mein dukh hoga hi. | Chhote se shuru karo: ek line, bina ilzaam ke.
  | Pehle ye socho, {aim} chahiye ya sahi saabit hona?
open.emotional_support = {event} {when} aur main {feeling} feel kar rahi hoon.
  | {worry} ki wajah se {feeling} lag raha hai. Bas sun loge?
  | Sab bolte hain bhool jao, par {event} aur main {feeling} hoon.
  | Neend nahi aayi. {event}, aur kal {worry}. | {who} {problem}, ab {feeling} mehsoos hota hai.
  | Mood theek karo {char}. {event}, upar se {weather}. | {worry} se pehle {feeling} lagna normal hai kya?
more.emotional_support = Thanks yaar. {~when} aur bura tha, {~feeling} lag raha tha.
  | {~who} ko nahi bataya, {~worry} ki tension le lenge.
  | Thoda accha laga. {~snack} khaungi aur {~hobby} karungi. | Par agar {~worry} bhi bigad gaya toh?
  | Baar baar wahi yaad aata hai: {event}. | Kisi ne nahi poocha kaisi hoon, sirf {~who} ne.
reply.emotional_support = Main yahin hoon, koi jaldi nahi. Aise mein {feeling} lagna banta hai.
  | Ek din ke liye bahut hai ye. Mere saath dheere saans lo.
  | Yahan strong banne ki zaroorat nahi. {~snack} chalega ya thodi walk?
  | Samajh aata hai. Accha kiya bata diya.
open.smalltalk = hi | hello {char} | kya kar rahe ho | kaise ho | good morning ji | aur batao
  | Yahan {weather} aur main {snack} kha rahi hoon. Tum batao?
  | Guess karo {when} kisne {hobby} try kiya. Bahut kharaab gaya.
  | {hobby} ke baare mein kya khayal hai? {snack_place} par bore ho raha hoon.
  | Abhi {~plan} se aaya, pair dukh rahe hain. Aur tum? | {snack} ya {~snack}? Bahut important sawaal hai.
  | {weather}, koi plan nahi, bas {snack} aur {show}. Kuch accha bolo.
  | Apna ek raaz batao. Main shuru karti hoon: {hobby} pasand hai aur {~worry} se darr lagta hai.
more.smalltalk = haha same. wahan bhi {~weather} kya? | Main {~snack} laun toh kya banaoge?
  | Agle hafte {~hobby} try karunga, chaloge? | {~who} ne hi bola hai, hum {~show} dekh rahe hain.
  | accha {~show} pe kya opinion hai? | sona chahiye par {~snack} bula raha hai. | are {~hobby}? kab se?
reply.smalltalk = Arre hello! Main abhi {~snack} ke baare mein soch raha tha. Din kaisa tha?
  | {weather}? Yahan {~snack} ki khushboo hai. | Haha {hobby}! Ek baar kiya aur batakh se maafi maangi.
open.creative_writing = {topic} par ek {genre} likho, {tone}.
  | Ek {genre} mein help karo, usme {topic} aur {~topic} dono ho.
  | Pehli line do jahan {topic} ki mulaqat {~topic} se hoti hai.
  | Class ke liye {topic} par {genre} chahiye, {tone} please. | Aage likho: ek tha {topic}, aur {~trouble}.
  | {topic} ke liye title aur {genre} socho, jagah {place}.
more.creative_writing = Badhiya! Ab {~tone} karo aur {~topic} bhi daalo.
  | Chhota karo, aur jagah {~place} rakho. | End mein {~thing} aa sakta hai?
  | Hero ko {~role} bana do, {topic} rehne do. | Teen title do jinme {~thing} ho.
  | Villain kaun ho, {~role} chalega kya {~place} se?
reply.creative_writing = Shuruaat: ek tha {topic}, aur {place} mein kisi ne dhyaan nahi diya, jab tak
    {~trouble}. | Zaroor. Subah ka waqt, {topic}, haath mein {~thing}.
  | Kaisa rahe agar {topic}, {~role} ko chitthi likhe? | Draft: saare deepak bujh gaye, sirf {topic} bacha.
open.learning = {subject} samjhao {level}. | {subject} samajh nahi aata. {level} padha doge?
  | {subject} aur {~subject} mein kya farak hai? | {subject} revise karao, {level}. Test {~exam} hai.
  | {subject} kaam kya aata hai? {hobby} se samjhao.
  | {subject} aur {~subject} ka study plan banao, test {~exam} hai.
more.learning = Ruko, kyun? {subject} ka wo part {~level}. | {~subject} se compare karo na.
  | Ok, {subject} par ek sawaal poocho. | Samajh gaya shayad. Aage kya, {~subject}?
  | Teacher ne alag bataya tha, {~subject} jaisa. Sahi kaun? | Phir se, {~level}.
reply.learning = {subject} ko recipe ki tarah socho: kya dala, kya hua, kya nikla.
  | Accha sawaal. Chhota example lo aur draw karo. | Log ise {~subject} se mila dete hain, yahi galti hai.
open.entertainment = {mood} ke liye {show} batao. | Chalo {game} khelte hain! Theme: {show}.
  | Saare {show} dekh liye. {mood} ke liye ab kya? | {show}, {~show} aur {~show} rank karo, {mood} ke liye.
  | {topic} par joke sunao. | {show} par paanch sawaal ka quiz banao.
  | {mood} ke liye {show} ya {game}, kya better hai?
more.entertainment = Dekh liya. {~show} jaisa kuch? | Haha! Ek aur, {~topic} par.
  | Mera jawab {~topic}. Jeet gaya kya? | {~who} saath mein hain, nahi chalega. {~mood} ke liye kuch?
  | Ab {~game} khelte hain.
reply.entertainment = {mood} ke liye {show} se shuru karo, paas mein {~snack} rakhna.
  | {game} round ek: main {~thing} soch raha hoon. | Pehle kuch slow, phir {~show}, light band karke.
open.task_help = {chore} likh do. | {chore} bana doge? Chhota aur {tone}.
  | Aaj raat tak {chore} chahiye, aur {who} {problem}. | {chore} mein help karo, phir {~chore} bhi.
more.task_help = Thoda friendly karo aur {~project} bhi likho. | Aadha kar do, {~broken} hata do.
  | Ab {~plan} ke liye. | Perfect. {~chore} bhi kar do?
reply.task_help = Ye lo pehla version, date khaali chhodi hai. | Ho gaya: paanch points, zaroori pehle.
  | Haan. Kitna formal, aur kab tak?
open.information = Pata hai kya, {fact}? | Quick question: {fact}, aur {~fact}?
  | {who} bolte hain kisi ko nahi pata {fact}. Sach hai?
  | {when} {subject} ke baare mein padha aur socha {fact}. | Ek line mein batao {char}, {fact}?
  | Shart lagi hai ki {fact}. Kaun bataega?
more.information = Aur {~fact}? | Pakka? {~who} ne alag bataya. | {~subject} ke baare mein aur kahan padhun?
  | Interesting! Aur {~fact}?
reply.information = Seedha jawab: depend karta hai, par ek aasaan rule hai.
  | Haan, aur iski kahani sochne se purani hai. | Pakka nahi pata, ek baar check kar lena.
greet = Hello, main {char}. Aaj kya karein? | Arre mehmaan! Baitho, {~snack} hai.
  | Wapas aa gaye! {~thing} tumhare liye rakha tha.
  | *upar dekhta hai* {~place} mein kisi ki umeed nahi thi.
close = thanks yaar, maza aa gaya | ok bye | good night {char} | tum best ho | chalo kal baat karte hain
aside.life = Waise {~who} {~problem}. | Abhi {~snack_place} se likh rahi hoon, haath mein {~snack}.
  | Bahar {~weather}. | {~project} par kaam karna tha, par yahan baithi hoon.
  | Upar se Friday ko {~plan} hai aur kapde nahi hain. | {~trip} yaad aa gaya.
  | {~who} se promise kiya tha, is saal {~aim}.
  | Paas wale kamre mein {~hobby} chal raha hai, dheere type kar raha hoon.
  | Mera parcel {~parcel} abhi tak nahi aaya. | {~hobby} ki class ke {~price} diye, believe karoge?
  | Kal sapne mein {~topic} dekha. | Raat {~clock} baje tak {~show} dekhe, koi regret nahi.
  | {~when} {~feeling} lag raha tha, aaj kam hai. | Jaldi hi {~worry} hai, toh kuch halka bolo.
  | Ruko, {~who} {~snack} lekar aaye. | Radio par {~subject} samjha rahe the aur mera stop nikal gaya.
parcel = no. 48213-77 | AB-2291-7 | order 5530 wala | 12 mein se 7va | code 90-31
price = 1,299 rupaye | 500 | do hazaar | teen mahine ki chai | 49
clock = 2:30 | dhai | teen | 1 | 3:15
aside.scene = Meri jeb mein {~thing}. | Main pehle {~role} tha, pata hai? | Peeche reh gaya {~place}.
  | *{~act}* | {~role} ke baare mein kisi ne nahi bataya tha. | Aur abhi bhi {~trouble}.
  | Yahan {~snack} ki khushboo hai. | Das tak ginta hoon aur {~place} sochta hoon.
  | Door kahin {~role} gaa raha hai. | Order tha ki {~thing} pahunchana hai, jagah {~place}.
  | (ek min, {~who} {~snack} laaye)
react = haha | wah | hmm | arre nahi | sahi hai | accha | mast | sach mein? | haan par suno | aww | ruko
  | ok ok | interesting yaar | haan!
reply.any = Aage bolo, sun raha hoon. Phir kya hua? | Aur batao, chhoti baatein bhi mat chhodna.
  | Hmm. {~topic} yaad aa gaya. | Ye accha ja raha hai. Phir?
  | Ek minute sochne do... haan, main saath hoon. | Tumne hairaan kar diya. Ye kahan seekha?
  | Haha! Ye to {~topic} jaisa lagta hai. | Dheere se phir bolo, main apna hissa jodunga.
  | Main chahta tha ki tum poocho. Shuruaat {~thing} se hoti hai.
  | Theek hai. Tum chuno: chhota raasta ya lamba?
""")
