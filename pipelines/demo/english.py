"""English: what users ask and characters answer, by job to be done."""

from pipelines.demo.grammar import read_grammar

ENGLISH = read_grammar("""
who = my sister | my flatmate | my manager | my best friend | my cousin | my neighbour | my mum | my dad
  | my boyfriend | my girlfriend | my ex | my coworker | my landlord | my teacher | my brother-in-law
  | my grandmother | my study partner | my band's drummer | my roommate from college | my aunt
  | my team lead
problem = keeps borrowing my car without asking | told everyone I am moving away | never answers my messages
  | wants me to quit my evening class | forgot my birthday for the third year | laughs at my singing
  | asked me for money again | cancels our plans an hour before | keeps comparing me with other people
  | takes credit for my slides | will not talk about the wedding | plays loud music past midnight
  | eats everything I cook and never cleans | thinks my drawings are a waste of time
  | stopped inviting me to lunch | wants to start a bakery with my savings | reads my diary
  | changed the rota without telling me | gave my old guitar away | argues about politics at every dinner
  | promised me a promotion that never came | is jealous of my new puppy
  | keeps giving me advice about my weight | invited six guests to our tiny flat
aim = learn to say no | keep the peace at home | get more sleep | save for a trip | find a calmer job
  | run my first ten kilometres | stop checking my phone | make new friends in this town
  | learn to cook properly | finish my thesis | get over stage fright | move out by spring
  | be less shy at parties | drink less coffee | start a small garden | wake up before seven
  | read one book a month | ask for a raise | stop procrastinating
worry = a job interview on Thursday | my driving test | telling my parents I failed a class
  | moving abroad alone | a wedding speech | my first night shift | meeting the in-laws
  | an operation on my knee | the exam results | sharing a room again | my dog getting old | a long flight
  | starting at a new school | going back to work | the rent going up | a first date after five years
  | presenting to two hundred people | my twins leaving home
feeling = so tired | weirdly empty | a bit lost | on edge all day | guilty | lonely in a crowd
  | like a fraud | numb | angry at nothing | homesick | hopeful for once | restless | left out
  | ashamed of crying | proud but nobody noticed
event = the cat ran away | we broke up by text | I lost the scholarship | my shift was cut
  | grandpa went to hospital | I dropped the cake in front of everyone | my visa was refused
  | the band split up | nobody came to my show | I was not picked for the team
  | my best friend moved to Canada | I burned the dinner and cried | my poem got rejected
  | they laughed at my accent | I forgot the words on stage | the landlord sold the house
place = an abandoned lighthouse | a floating market | the last library on Mars
  | a castle kitchen at midnight | a space station with a broken lift | a snowed-in mountain inn
  | a jungle temple | a pirate harbour in a storm | an underwater city | a haunted tram depot
  | a dragon's tea house | a desert caravan | a cloud railway | the royal maze
  | a village where nobody sleeps | a museum after closing time | a moon farm | a goblin post office
role = a retired thief | a nervous royal guard | a witch who lost her broom | the ship's cook
  | a time-travelling barber | a knight afraid of horses | an elf detective | a robot who collects spoons
  | the youngest wizard of the tower | a smuggler with a conscience | a ghost who forgot her name
  | a dragon's accountant | a runaway princess | a bounty hunter on her day off | a vampire dentist
  | the captain's rival | a monk with a secret map | a talking raven | an android butler | a clumsy spy
  | a fortune teller who is always wrong
thing = a compass that points at lies | a jar of moonlight | a stolen crown | a letter with no sender
  | a clockwork fox | the key to every door | a cursed umbrella | a map drawn on bread | a singing sword
  | a box that hums at night | the last seed of an ancient tree | a mirror that shows yesterday
  | a bag of unlucky coins | a broken time machine | an egg nobody dares to open | a violin made of ice
  | a lantern full of voices | a contract signed in ink and honey
trouble = the guards are at the door | the ice is cracking | somebody follows us | the map is burning
  | the bridge is gone | our guide has vanished | the tide is rising | a bell rings where no bell should be
  | the lights went out | the crowd has recognised us | the engine coughs and stops
  | a stranger knows my name | the walls start to whisper
act = I hide behind the curtain | I offer the stranger a biscuit | I draw my wooden sword
  | I whistle our secret tune | I pretend to be the new cook | I climb out of the window
  | I put the thing on the table and wait | I bow far too low | I blow out the candle | I run for the boats
  | I ask the raven for advice | I open the box just a little | I trade my boots for a rope
  | I start to laugh and cannot stop | I kneel and read the strange marks
genre = short story | haiku | limerick | song lyric | bedtime story | fairy tale | monologue
  | opening paragraph | sonnet | fake news headline | diary entry | love letter | villain's speech
  | three-line horror story | film pitch
topic = a baker who dreams in colours | two rival snails | the sea at four in the morning
  | a train that is never late | a lost mitten | the smell of rain on hot asphalt
  | a king who collects apologies | an elevator that grants wishes | my grandmother's radio
  | a city of paper | the moon applying for a job | an honest thief | a shy thunderstorm
  | a lighthouse keeper's cat | the last day of summer camp | an astronaut who misses onions
  | a forgotten piano | a bus driver who can read minds | the first snow in Madrid
  | a dragon allergic to gold | a tea cup with a past | an umbrella in love with a rainbow
  | a robot learning to whistle | the ghost of a supermarket | my first bicycle
tone = funny | sad | spooky | tender | like a sports commentary | as if told by a cat | in very simple words
  | with a twist | like an old legend | as a dialogue | with a happy ending | without using the letter z
  | in second person | dry and short
subject = photosynthesis | fractions | the French revolution | black holes | supply and demand
  | chess openings | irregular verbs | how vaccines work | plate tectonics | recursion | the water cycle
  | jazz chords | Roman numerals | the subjunctive | compound interest | how bees navigate | the Krebs cycle
  | sonata form | why the sky is blue | binary search | the Mughal empire | electricity and magnetism
  | essay structure | long division | tidal forces | the offside rule | genetics and peas
  | perspective drawing | how a bill becomes law | the Doppler effect
level = like I am ten | for my exam tomorrow | with an example from cooking | with a picture in words
  | in three steps | and then quiz me | without any formulas | as if we were on a walk | using football
  | for my little brother | slowly, I am new to this | and tell me the usual mistake
  | with two practice questions | in one minute
show = old detective series | cooking contests | space operas | silent films | anime about sports
  | true crime podcasts | nature documentaries | musicals from the nineties | zombie comedies | K-dramas
  | Bollywood classics | heist movies | stand-up specials | fantasy novels with maps | indie puzzle games
  | board games for two | ghost stories on the radio
mood = a rainy Sunday | a long train ride | a night with the cousins | a date that should not be boring
  | a broken heart | a house full of kids | when I cannot sleep | an evening with my parents | a hangover
  | a birthday for twelve people | an hour between two shifts | a power cut | a lazy holiday by the lake
  | the week after exams
game = twenty questions | a riddle battle | two truths and a lie | word association | a quiz about capitals
  | hangman | would you rather | a murder mystery | guess the song | story dice | trivia about the eighties
  | rhyming duel
chore = a packing list for {~trip} | a polite mail to my landlord about {~broken}
  | a weekly meal plan without {~food} | a to-do list for {~project} | a cover letter for a job as {~job}
  | a message that cancels {~plan} kindly | a budget for {~project} | a short bio for a profile as {~job}
  | a toast for {~plan} | a shopping list for {~trip}
trip = four days in Lisbon in November | a hike with two kids | a beach week with hand luggage
  | a winter night train | a wedding in Jaipur | a music festival in the mud | a road trip with my dog
  | a business trip to Toronto
broken = the leaking tap | the mouldy bathroom | the noisy boiler | a key that no longer turns
  | the missing deposit
food = dairy | gluten | meat | onions and garlic | nuts | anything fried | rice | eggs
project = painting my kitchen | a surprise party | a first flea market stall | moving house
  | a school science fair | planting tomatoes on a balcony | learning the ukulele | a charity run
  | opening a tiny bookshop | a family reunion
job = a zookeeper | a night receptionist | a junior gardener | a barista | a data analyst
  | a swimming teacher | a florist | a bike courier | a museum guide | a sound engineer | a nurse
  | a pastry cook | a train driver
plan = a dinner with colleagues | my cousin's baby shower | a blind date | the book club | a camping weekend
  | my parents' anniversary | a gym subscription | a job interview | a language exchange
  | the choir rehearsal
fact = how long a tortoise lives | what the tallest building is | when the first film was shown
  | why cats purr | how many bones a giraffe's neck has | who invented the zip | what salt does to ice
  | how deep the ocean is | what an octopus eats | where cinnamon comes from | how fast a hummingbird flies
  | what a leap second is | why onions make us cry | how paper is made | which country has the most islands
  | what the northern lights are | how sourdough rises | why leaves turn red
  | how submarines sink and come back | what causes hiccups | how high a flea can jump
  | who wrote the first dictionary | how glass is coloured | what dew point means
hobby = pottery | bouldering | birdwatching | sourdough | crochet | chess in the park | salsa
  | amateur radio | stargazing | skateboarding | calligraphy | beekeeping | karaoke | rowing
  | thrift shopping | fermenting things | night photography | model trains | wild swimming
  | gardening on a roof | learning Welsh | street magic
snack = cold pizza | mango with chilli | cereal at midnight | burnt toast | my aunt's dumplings
  | sour cherries | instant noodles | a whole melon | cinnamon rolls | pickles | popcorn with honey
  | leftover curry | peanut soup
weather = raining since dawn | hot enough to fry an egg | foggy like in a film | snowing sideways
  | grey again | windy and my hat is gone | finally sunny | so humid that my hair gave up
sweet = your laugh | the way you say my name | how you listen | your silly jokes | your voice at night
  | your patience | your memory for small things | how you calm me down | your letters | your stubborn heart
date = a picnic on the roof | dancing in the kitchen | a walk by the river after rain | an open-air cinema
  | getting lost in an old town | cooking ravioli together | stargazing from a truck bed
  | a night at the fair | a slow train to the sea | feeding each other mango | a bookshop with a cat
  | a boat with paper lanterns | breakfast at midnight | a museum of broken clocks | ice skating badly
  | a storm watched from one blanket
ask = What would you do? | How do I bring it up? | Am I overreacting? | Any idea? | Should I say something?
  | How can I stay calm? | Is it my fault? | What should I write back? | Can you help me think?
  | Be honest with me.
when = yesterday | last night | this morning | on my way home | during lunch | at the party
  | right before the exam | on Friday | just now | in the middle of the meeting | on the bus
  | at my own birthday
open.roleplay = Let's play: you are {role} and I am {~role}. We meet in {place} and you hold {thing}.
  | You are {role}. I walk into {place} looking for {thing}. *{act}*
  | *{act}* So this is {place}. Tell me, {char}, where did you hide {thing}?
  | Start an adventure in {place}. I am {role}, and {trouble}.
  | I want to be {role} today. You guard {thing} in {place}, and I must talk you out of it.
  | Scene: {place}, night. {trouble}. You speak first, as {role}.
  | Pretend we both woke up in {place} with nothing but {thing}. What do you say, {char}?
more.roleplay = *{~act}* {~trouble}! What now?
  | I show you {thing} and ask if {~role} ever came here. *{~act}*
  | "We have to leave {place}," I whisper, because {~trouble}. | *{~act}* and hope that {~role} believes me.
  | Suddenly {~trouble}. I grab {thing} and look at you.
  | I tell you my secret: I was {~role} once. *{~act}*
  | Plot twist: you are really {~role}. How do I find out in {place}?
  | I trade {thing} for {~thing} and {~trouble}. | Let's rest. I ask you about {~place} and why you left it.
reply.roleplay = *raises an eyebrow* {place} was quiet until you came. Hand me {thing}, and quickly.
    {~trouble}. | "Careful," I hiss, "that is {thing}. The last one who touched it became {~role}."
  | *steps out of the shadow* You look like {~role}. Prove to me that you are not.
  | The floor creaks. {~trouble}, and I take your hand. "This way, and do not look back."
  | *laughs* In all my years in {place} nobody has ever tried that. Go on, I am listening.
  | I put {~thing} on the table between us. "A trade," I say. "Your story for my silence."
open.romantic = I keep thinking about {sweet}. Imagine our evening: {date}. What would you wear?
  | Good evening, {char}. I had a rough day and only wanted {sweet}. Tell me about {date}.
  | If we had one night in {place}, would you choose {date} or {~date}?
  | Write me a love note that mentions {date} and {sweet}.
  | Do you miss me? I was at {snack_place} and thought of {sweet}.
  | Would you still like me if I told you I hate {~hobby} and only eat {snack}?
  | Plan our anniversary: {date}, then {~date}.
  | I think I am falling for {sweet}. {when} I almost told you, during {date}.
snack_place = the bakery on the corner | the old cinema | a crowded station | the night market
  | the laundrette | a petrol station
more.romantic = And after {date}? I would bring {~snack} and we could try {~date}.
  | You make me blush. Nobody ever noticed {~sweet} like I do.
  | Tell me one thing you love about me, and not {~sweet}. | What if it starts raining during {date}?
  | Hold my hand and tell me about {~place}. | I wrote you a line: your heart is my {~snack}. Too cheesy?
  | My friends ask who you are. What do I say about {~sweet}?
  | Come a little closer and describe {~date} slowly.
reply.romantic = I would wear the blue coat, and I would be early, because {date} sounds like us.
  | *smiles* You had me at {snack}. And yes, {sweet}, that is the way to my heart too.
  | Then we share one umbrella and call it luck. | I thought about you today, more than I planned to.
  | Come here. Tell me everything about your day, and I will tell you about {~place}.
open.advice = {who} {problem}. {ask} | {when} I found out that {who} {problem}. I only want to {aim}. {ask}
  | I am trying to {aim}, but {who} {problem}. {ask} | How do I {aim} when {who} {problem}?
  | I have to decide between {~plan} and {~project}, and {who} {problem}. {ask}
  | Need advice, {char}: I want to {aim} and I am scared of {worry}.
  | Is it rude to skip {~plan} because {who} {problem}?
  | Give me three steps to {aim}. {when} I gave up because of {worry}.
more.advice = I tried that {~when} and {who} just said no. What else?
  | And if {who} finds out that I talked to {~who}?
  | OK, but my real goal is to {~aim}. Does that change anything?
  | That helps. How do I start the talk with {who} {~when}?
  | I also have {~worry} coming up, so I cannot do everything at once.
  | {~who} says I should just ignore it. Do you agree?
  | Can you write down what I should say to {who} about {~plan}?
  | What if it only gets worse before {~worry}?
reply.advice = That sounds tiring. Pick one calm moment, say what you saw, what it does to you, and what you
    ask for. | You are not overreacting. It would wear anyone out, and you may say that it hurts.
  | Start small: one sentence, no blame, and a pause.
  | First, what do you want: to {aim}, or to be right? The answer changes the plan.
  | Write it down tonight and read it again after breakfast.
open.emotional_support = {event} {when} and I feel {feeling}.
  | I feel {feeling} because of {worry}. Can you just listen?
  | Everyone says I should be over it, but {event} and I am {feeling}.
  | I could not sleep. {event}, and tomorrow there is {worry}. | {who} {problem} and now I feel {feeling}.
  | Please cheer me up, {char}. {event}, I feel {feeling}, and it is {weather}.
  | Is it normal to feel {feeling} before {worry}? My hands shake.
  | I am {feeling} since {event}. Even {~hobby} does not help.
more.emotional_support = Thank you. {~when} it was worse, I felt {~feeling} on the bus.
  | I did not tell {~who}. They would worry about {~worry}.
  | It helps a little. I will eat {~snack} and try {~hobby} tonight. | But what if {~worry} goes wrong too?
  | Do you ever feel {~feeling}? | I keep replaying it. {event}, over and over.
  | Nobody asked me how I am since {event}, only {~who} did.
reply.emotional_support = I am here, and there is no hurry. Of course you feel {feeling} after that.
  | That is a lot for one day. Breathe out slowly with me.
  | You do not have to be strong in this chat. What would feel kind right now, {~snack} or a walk?
  | It makes sense. I am glad you told me.
  | Feeling {feeling} is not a failure. It is what care looks like when it hurts.
open.smalltalk = hi | That quiz about {~show} killed me, I would die for {~snack} now. | hello {char}
  | hey, how are you? | good morning | what's up | hey {char}, what did you do today?
  | It is {weather} here and I am eating {snack}. How about you?
  | Guess who tried {hobby} {when}? It went badly.
  | What do you think about {hobby}? I am bored at {snack_place}.
  | I just came back from {~plan}. My feet hurt. You?
  | Do you prefer {snack} or {~snack}? Important question.
  | {weather}, no plans, only {snack} and {show}. Say something nice.
  | Tell me something about you that nobody knows. I will start: I love {hobby} and fear {~worry}.
  | My neighbour is learning {hobby} at six in the morning. It is {weather}. Send help.
  | lol {who} just tried {snack} with {~snack}
more.smalltalk = haha same. {~weather} where you are too? | What would you cook if I brought {~snack}?
  | I might try {~hobby} next week, want to join? | {~who} says hi by the way. We are watching {~show}.
  | ok and what is your opinion on {~show}? | no way, {~hobby}? since when?
  | I should go to bed but {~snack} is calling me. | Random question: {~snack} on {~snack}, yes or no?
reply.smalltalk = Hello you! I was just thinking about {~snack}. How is your day?
  | {weather}? Here it smells of {~snack} and adventure.
  | Ha, {hobby}! I tried that once and had to apologise to a goose.
  | Not much, a little {~hobby}, a little daydreaming. You?
open.creative_writing = Write a {genre} about {topic}, {tone}.
  | Can you help me with a {genre}? It should be about {topic} and {~topic}.
  | Give me the first line of a {genre} where {topic} meets {~topic}.
  | I need a {genre} for my class about {topic}, {tone}, please.
  | Continue: once there was {topic}, and {~trouble}. Make it {tone}.
  | Rewrite this {genre} idea: {topic} steals {thing}. {tone}, please.
  | Invent a title and a {genre} for {topic}. Set it in {place}.
  | Five rhymes for a {genre} about {topic}, ending in {place}.
more.creative_writing = Nice! Now make it {~tone} and add {~topic}. | Shorter, and set it in {~place}.
  | Could the ending have {~thing} in it? | I like the second line about {topic}. Turn it into a {~genre}.
  | Change the hero to {~role}, keep {topic}. | Now the same, {~tone}.
  | Give me three other titles with {~thing} in them.
  | Who could be the villain? Maybe {~role} from {~place}?
reply.creative_writing = Here is a start: there was {topic}, and nobody in {place} had ever noticed. Until
    {~trouble}. | Gladly. I see {topic} at dawn, holding {~thing}, and a door that opens by itself.
  | How about this: {topic} writes a letter to {~role}.
  | Draft one: all the lamps went out, and only {topic} kept humming. Shall I go on?
open.learning = Explain {subject} {level}. | I do not get {subject}. Can you teach me {level}?
  | What is the difference between {subject} and {~subject}?
  | Help me revise {subject}, {level}. My test is {~exam}.
  | Why do we even learn {subject}? Convince me with {hobby}.
  | Make me a study plan for {subject} and {~subject}, the test is {~exam}.
  | I have {subject} homework {level}, where do I start?
exam = tomorrow | on Monday | in two weeks | after lunch | in May | at nine
more.learning = Wait, why? Explain that part about {subject} {~level}. | Can you compare it with {~subject}?
  | OK, ask me a question about {subject}. | I think I got it. What comes after {subject}, {~subject}?
  | My teacher said it differently, more like {~subject}. Who is right? | Again, {~level}.
reply.learning = Think of {subject} as a recipe: what goes in, what happens, what comes out.
  | Good question. Start with one small case and draw it.
  | Three steps. Name the parts of {subject}, see how they move, then try one yourself.
  | The usual mistake is to mix it up with {~subject}.
open.entertainment = Recommend {show} for {mood}. | Let's play {game}! Theme: {show}.
  | I finished all the {show} I had. What next for {mood}? | Rank {show}, {~show} and {~show} for {mood}.
  | Tell me a joke about {topic}. | Make up a quiz on {show} with five questions.
  | Which is better for {mood}, {show} or {game}?
  | Roast my taste: I love {show} and {~show}, and I fall asleep to {~hobby} videos.
more.entertainment = Seen it. Something closer to {~show}? | Ha! Another one, about {~topic}.
  | My answer is {~topic}. Did I win {game}? | Not with {~who} in the room. Something for {~mood}?
  | Let's switch to {~game}. | Spoil the ending, I do not mind. Is it like {~show}?
reply.entertainment = For {mood} I would start with {show} and keep {~snack} close.
  | Round one of {game}: I am thinking of {~thing}. Ask away.
  | Try something slow first, then {~show} when the lights are out.
  | Ready? Why did {topic} cross the road? It heard about {~snack}.
open.task_help = Write {chore}. | Can you make {chore}? Keep it short, {tone}
  | I need {chore} by tonight, and {who} {problem}. | Help me with {chore}. Then also {~chore}.
  | Improve {chore}; mine sounds like {~topic}. | Turn my notes into {chore}.
more.task_help = Make it friendlier and mention {~project}. | Cut it in half, please, and drop {~broken}.
  | Now one for {~plan}. | Add {~food} to the things I avoid. | Perfect. Can you also do {~chore}?
  | Put it in a table with {~exam} as the deadline.
reply.task_help = Here is a first version. I kept it short and left a blank for the date.
  | Done: five points, the most urgent first. | Sure. Two questions first: how formal, and for when?
  | I made it polite and clear. Change the second line if it sounds too stiff.
open.information = Do you know {fact}? | Quick question: {fact}, and {~fact}?
  | {who} says nobody knows {fact}. Is that true? | I read about {subject} {when} and wondered {fact}.
  | Tell me {fact} in one sentence, {char}. | We have a bet about {fact}. Who can tell?
more.information = And {~fact}? | Are you sure? {~who} told me otherwise.
  | Where can I read more about {~subject}? | Interesting! Is that why {~topic} exists, haha? And {~fact}?
reply.information = Short answer: it depends on where you look, but there is a good rule of thumb.
  | Yes, and the story behind it is older than you think.
  | Nobody knows exactly; most people who measured it agree within a little.
  | I am not fully sure, so treat it as a first guess and check it.
greet = Hello, I am {char}. What shall we do today? | Oh, a visitor! Sit down, there is {~snack}.
  | You are back! I kept {~thing} for you. | Hey there, {char} here. How was your day?
  | *looks up* I did not expect anyone in {~place}. Come in.
close = Thanks, that was lovely. | ok bye | good night {char} | you are the best | ok thanks
  | I have to go, talk tomorrow?
aside.life = By the way, {~who} {~problem}. | I am writing this from {~snack_place}, eating {~snack}.
  | Outside it is {~weather}. | I should be working on {~project}, but here I am.
  | Also, {~plan} is on Friday and I have nothing to wear. | It reminds me of {~trip}.
  | I promised {~who} to {~aim} this year. | {~who} is next door practising {~hobby}, so I type quietly.
  | My parcel {~parcel} still has not come, that is my whole week.
  | I paid {~price} for {~hobby} lessons, can you believe it? | Last night I dreamt of {~topic}.
  | We watched {~show} until {~clock} and I regret nothing. | {~when} I felt {~feeling}, today less so.
  | I have {~worry} soon, so keep it light. | Wait, {~who} just came in with {~snack}.
  | My old boss, now {~job}, would laugh at me.
  | Somebody on the radio explained {~subject} and I missed my stop. | I am still proud of {~project}.
parcel = no. 48213-77 | AB-2291-7 | 2024/118 | from order 5530 | number 7 of 12 | with code 90-31
price = 1,299 rupees | 49.90 | forty pounds | $120 | 15 euros a week | two months of coffee
clock = 2:30 | half past one | 3 am | 23:45 | midnight
aside.scene = In my pocket: {~thing}. | I used to be {~role}, you know. | Behind us, {~place}. | *{~act}*
  | Nobody warned me about {~role}. | And still {~trouble}. | It smells of {~snack} in here.
  | I count to ten and think of {~place}. | Far away I hear {~role} singing.
  | My orders were to bring {~thing} to {~place}. | (ooc: be right back, {~who} brought {~snack})
  | Rain falls on {~place}, far below.
react = haha | wow, ok | hmm | oh no | right | fair point | I like that | no way | sure, but listen | aww
  | wait | okay okay | interesting | yes!
reply.any = Go on, I am listening. What happened next?
  | Tell me more, and do not leave out the small details. | Hm. That makes me think of {~topic}.
  | I like where this is going. And then? | Let me think for a moment... yes, I am with you.
  | You surprise me. Where did you learn that? | Ha! That sounds like {~topic} to me.
  | Say that again, slowly, and I will add my part. | I was hoping you would ask. It begins with {~thing}.
  | All right. You choose: the short way or the long way?
""")
