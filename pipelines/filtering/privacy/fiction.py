"""Names of books, films, myths and software that nobody alive is called by alone."""

# ruff: noqa: SIM905  a word list is read as one line

FICTION = frozenset(
    (
        "achilles|aladdin|albus dumbledore|alice in wonderland|anakin skywalker|anna karenina"
        "|aphrodite|aquaman|aragorn|ash ketchum|asterix|atticus finch|bart simpson|batman"
        "|bilbo|bilbo baggins|"
        "black panther|black widow|bugs bunny|buzz lightyear|captain ahab|captain america"
        "|captain hook|captain jack sparrow|captain kirk|captain nemo|cinderella|clark kent"
        "|count dracula|darth vader|"
        "deadpool|dobby|doctor strange|doctor who|don quijote|don quixote|donald duck|donkey kong"
        "|doraemon|dracula|draco malfoy|dumbledore|elizabeth bennet|emma woodhouse"
        "|forrest gump|frankenstein|"
        "frodo|frodo baggins|gandalf|ganesha|garfield|geralt of rivia|godzilla|goku|gollum"
        "|green lantern|hades|hagrid|hamlet|han solo|hannibal lecter|hanuman|harley quinn"
        "|harry potter|hello kitty|"
        "hercule poirot|hercules|hermione|hermione granger|holden caulfield|homer simpson"
        "|huckleberry finn|hulk|indiana jones|iron man|ironman|jack sparrow|james bond"
        "|jane eyre|jay gatsby|jean valjean|"
        "jon snow|joker|katniss|katniss everdeen|king arthur|king kong|king lear|kylo ren"
        "|lady macbeth|lara croft|legolas|lex luthor|little red riding hood|lois lane"
        "|lord voldemort|luke skywalker|"
        "macbeth|mary poppins|medusa|mickey mouse|miss marple|moby dick|mr darcy|mr. darcy|naruto"
        "|naruto uzumaki|neville longbottom|obi-wan kenobi|obi wan kenobi|odin"
        "|optimus prime|oliver twist|othello|pandora|"
        "peter pan|phantom of the opera|pikachu|pinocchio|poseidon|princess leia|princess peach"
        "|professor moriarty|professor snape|rapunzel|ravana|robin hood|robinson crusoe"
        "|ron weasley|rumpelstiltskin|"
        "sailor moon|samwise gamgee|sancho panza|santa|santa claus|sauron|scooby doo|severus snape"
        "|sherlock|sherlock holmes|shrek|sirius black|sleeping beauty|snow white|son goku"
        "|spider-man|spiderman|"
        "spock|spongebob|spongebob squarepants|superman|tarzan|thanos|thor|tinker bell|tinkerbell"
        "|tintin|tom sawyer|tony stark|tyrion lannister|van helsing|vegeta|voldemort"
        "|willy wonka|winnie the pooh|winnie|"
        "wolverine|wonder woman|yoda|zelda|zeus|zorro"
    ).split("|")
)
SOFTWARE = frozenset(
    (
        "airtable|android|angular|ansible|apache|asana|azure|bash|bixby|bitbucket|chatgpt|chrome"
        "|confluence|copilot|cortana|discord|django|docker|"
        "dropbox|eclipse|elasticsearch|excel|figma|firefox|flask|flutter|gemini|git|github|gitlab"
        "|grafana|hadoop|helm|heroku|java|javascript|jenkins|jira|"
        "jupyter|kafka|keras|kibana|kotlin|kubernetes|laravel|linux|maven|mongo|mongodb|mysql"
        "|netflix|nginx|notion|numpy|obsidian|openai|oracle|outlook|pandas|"
        "perl|photoshop|postgres|postgresql|prometheus|puppet|pycharm|python|pytorch|rails|react"
        "|redis|rust|safari|salesforce|scala|selenium|siri|skype|slack|"
        "snowflake|spark|splunk|spotify|spring|sqlite|svelte|swift|tableau|telegram|tensorflow"
        "|terraform|tiktok|tinder|trello|typescript|ubuntu|unity|unreal|vagrant|"
        "vercel|vim|vue|webpack|whatsapp|wordpress|xcode|youtube|zapier|zendesk|zoom"
    ).split("|")
)
"""Names of software that name no person where they stand alone; "Patty Jenkins" is two words."""
