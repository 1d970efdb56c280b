"""Names as they are compared: plain letters, what a spelling sounds like, and which first names are one name."""

import re
from functools import lru_cache

from anyascii import anyascii

# Spellings and short forms of one first name, a line each. What is here twice stands for the first line it is in.
_ONE_NAME = """
elizabeth liz lizzie lizzy beth betty eliza libby elisabeth bess
catherine katherine kathryn catharine kate katie katy kathy cathy cath kath kat katharine kitty katarzyna kasia
margaret maggie meg peggy marge margie mags małgorzata gosia
susan sue susie suzie susanna susannah suzanne
rebecca becky becca bex rebekah
jennifer jen jenny jenni
patricia pat patsy trish tricia patty
deborah debbie debra deb
christine chris chrissie tina christina kristina krystyna christina
victoria vicky vicki vikki tori wiktoria
alexandra alex alix sandra lexi aleksandra ola
alexander alex alec sandy aleksander olek
samantha sam sammy
samuel sam sammy
jacqueline jackie jacqui
kimberley kim kimberly
pamela pam
philippa pippa pip
gillian gill jill jillian
judith judy jude
barbara babs barb basia
dorothy dot dottie dorota
theresa teresa terri tess tessa teresa
sarah sara sally zara
anne ann annie anna anya ania hannah
joanne jo joanna joan asia
josephine jo josie
stephanie steph stefanie
nicola nicky nikki nicole nic
angela angie ange
amanda mandy
michelle shelly chelle
natalie nat natalia natasha
abigail abi abby gail
frances fran frankie francesca
charlotte lottie charlie
georgina georgie gina
jessica jess jessie
madeleine maddy madeline maddie
caroline carol carrie caz carolyn
valerie val
geraldine gerry
lorraine lori
william will bill billy willy liam
robert rob bob bobby robbie bert
richard rich rick dick ricky richie
michael mike mick mickey micky michal michał
james jim jimmy jamie jakub kuba
john jon jack johnny jan jonathan jonny
david dave davey dawid davy
thomas tom tommy tomasz tomek
stephen steven steve stevie szczepan stefan
anthony tony antony antoni
andrew andy drew andrzej
matthew matt matty mateusz
christopher chris kit topher krzysztof
daniel dan danny
joseph joe joey józef
edward ed eddie ted ned teddy
charles charlie chas chuck
george georgie jerzy
henry harry hal
peter pete piotr
paul pawel paweł
philip phil phillip
kenneth ken kenny
ronald ron ronnie
donald don donnie
gerald gerry jerry
geoffrey geoff jeffrey jeff
gregory greg gregor grzegorz
lawrence larry laurence lawrie
leonard len lenny
nicholas nick nicky nicolas mikołaj
patrick pat paddy padraig pádraig
raymond ray
timothy tim timmy
terence terry terrence
vincent vince vinny
francis frank
frederick fred freddie
benjamin ben benny
joshua josh
nathan nathaniel nate
zachary zac zach zack
douglas doug
malcolm mal
derek derrick
graham graeme
stuart stewart
neil neal niall
sean shaun shawn seán
alan allan allen al
brian bryan
ian iain
mark marc marek
eric erik
carl karl
geoff geoffrey
oliver ollie
jacob jake
luke lukasz łukasz lucas
mohammed muhammad mohammad mohamed mohamad muhammed mohd mo muhamad mehmet
ahmed ahmad ahmet
hussain hussein husain hossein
hassan hasan
yusuf yousuf yousef yusef youssef joseph
ibrahim ebrahim
abdul abdel abdal
abdullah abdallah
omar umar umer omer
usman osman uthman othman
ali aly
bilal belal
imran emran
tariq tarik tareq
khalid khaled
rashid rasheed
saeed said sayeed saeid
jamal gamal
mahmoud mahmood mehmood
mustafa mostafa mustapha
zainab zaynab zeinab
fatima fatimah fatema fatma
aisha ayesha aysha aishah
maryam mariam miriam
khadija khadijah khadeja
nadia nadiya
yasmin yasmeen jasmine yasmine jasmin
noor nur nour
leila layla leyla laila
amina aminah ameena
sana sanaa
shazia shaziya
rukhsana ruksana
gurpreet gurprit
harpreet harprit
manjit manjeet
amarjit amarjeet
balwinder balvinder
sukhwinder sukhvinder
jaswinder jasvinder
vijay wijay
lakshmi laxmi
sanjay sunjay
krishna krishan
oluwaseun seun
oluwatobi tobi
chukwuemeka emeka
ngozi ngosi
siobhan siobhán shivaun
aoife eefa
niamh neve neave
caoimhe keeva
ciaran kieran keiran kieron ciarán
eoin owen eoghan
roisin róisín rosheen
sinead sinéad
maire máire mary maria marie
magdalena magda
agnieszka aga
wojciech wojtek
stanislaw stan stanisław stanley
zofia sophie sofia sophia zosia
ewa eva eve
olga olha
yulia julia
xiao hsiao
xiu hsiu
zhang chang
zhou chow
"""

# Names in their own right, with no other form above: one of them is no slip of the pen for another.
_BY_ITSELF = """
jane jean joyce june julie julia janet janice jill gemma emma emily amelia amy alice alison claire chloe ella ellie
erin ellen eleanor evelyn grace gwen hazel heather helen hilary holly irene iris isla isobel isabel karen kelly kerry
keira kyla laura lauren leanne lesley linda lisa lucy lydia lynn marion martha maureen melissa melanie mia millie
moira molly naomi olivia paige paula penelope phoebe rachel rhona rosa rose rosie ruby ruth scarlett sharon sheila
shirley sylvia tanya tracy una vera wendy yvonne zoe dawn denise diane donna doreen eileen freya
aaron adam adrian aidan albert alfie archie arthur ashley barry bernard blake bradley brandon bruce callum cameron
clive colin connor craig curtis damian darren dean dennis dominic dylan elliot ethan evan ewan finlay gareth gavin
gary gordon guy harvey hugh isaac ivan jason jay jeremy jordan justin keith kevin kyle lee leo lewis logan louis
marcus martin mason maurice max miles mitchell nigel noah norman oscar owen ralph reece reginald rhys roger rory ross
roy russell ryan scott sidney simon spencer tyler trevor tristan victor walter warren wayne
amira amir asif asma bushra faisal farah farhan farida fauzia ghulam haider hamza haroon huma iqbal irfan javed
junaid kamran kiran lubna majid malik mariyah nabil naeem naila nasreen nasir nazia parveen qasim rabia rafiq rehana
rizwan robina saira sajid salma samina samir shabana shahid shakeel sohail sumaira tahir tahira tanveer uzma wasim
zahid zahra zara zeeshan anil anita arjun asha deepak deepa dinesh geeta hemant jyoti kavita leela manish meena mohan
neha nikhil nisha pooja pradeep pramila priya rahul raj rajesh ramesh rani ravi reena rekha rohan rohit sandeep
sangeeta seema shilpa sunil sunita suresh usha vikram vinod
adaeze amara abena ama chidi chika chioma efua esi ifeoma kofi kojo kwabena kwame kwasi nkechi obinna tunde uche yaw
folake funmi kemi bisi yetunde ayo femi segun wale
wei ming li mei ling jing yan fang hong jun lin hui yun xin yi bo chen
beata bozena danuta dominika edyta halina henryk irena iwona jacek janusz jolanta justyna karolina krzysztofa leszek
marcin mariusz marta marzena monika patrycja przemek radek renata ryszard slawomir sylwia wanda zbigniew
aine brendan brigid cormac declan deirdre dermot donal eamon enda fergal fiona finbar grainne maeve nuala oisin
orla oonagh ronan shane sorcha tadhg
"""

_NOT_A_NAME = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "rev", "nee", "formerly", "known", "as", "and", "or"})
_WORD = re.compile(r"[a-z0-9]+")
_LEFT_OUT = re.compile(r"['’‘`´.]")


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in plain small letters: "O’Brien-Łukasz" gives obrien and lukasz. A title is no name."""
    words = _WORD.findall(_LEFT_OUT.sub("", anyascii(name)).lower())
    return tuple(word for word in words if word not in _NOT_A_NAME)[:4]


def _groups() -> dict[str, frozenset[int]]:
    groups: dict[str, frozenset[int]] = {}
    for number, line in enumerate(_ONE_NAME.strip().splitlines()):
        for name in line.split():
            (word,) = words_of(name)
            groups[word] = groups.get(word, frozenset()) | {number}
    for word in _BY_ITSELF.split():
        groups.setdefault(word, frozenset({-1 - len(groups)}))
    return groups


_GROUPS = _groups()
_FIRST_OF = [words_of(line.split()[0])[0] for line in _ONE_NAME.strip().splitlines()]


def are_one_name(one: str, other: str) -> bool:
    """Liz and Elizabeth, Mo and Muhammad: spellings or short forms of the same first name."""
    return bool(_GROUPS.get(one, frozenset()) & _GROUPS.get(other, frozenset()))


def are_known_apart(one: str, other: str) -> bool:
    """Both are names that we know, and they are two: Jane and Jean are no slip of the pen."""
    return one in _GROUPS and other in _GROUPS and not are_one_name(one, other)


def standing_for(name: str) -> str:
    """The one spelling under which all forms of a first name are looked up."""
    groups = _GROUPS.get(name)
    return _FIRST_OF[min(groups)] if groups and min(groups) >= 0 else name


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """Roughly how it sounds: its consonants, those that are written for one another made one, none twice.

    "mohammed" and "muhamad" give one sound, "philips" and "phillipps", "kowalski" and "kovalsky".
    """
    for written, sounds in (("ph", "f"), ("ck", "k"), ("sch", "s"), ("sz", "s"), ("sh", "s"), ("cz", "c"), ("kh", "k"),
                            ("gh", "g"), ("dh", "d"), ("th", "t"), ("ts", "c"), ("x", "ks"), ("q", "k"),
                            ("w", "v"), ("z", "s"), ("j", "i")):  # fmt: skip
        word = word.replace(written, sounds)
    word = re.sub(r"c(?=[eiy])", "s", word).replace("c", "k")
    kept = word[:1] + re.sub(r"[aeiouyh]", "", word[1:])
    kept = re.sub(r"^[aeiouy]", "a", kept)
    return re.sub(r"(.)\1+", r"\1", kept)
