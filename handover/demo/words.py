"""What the demo's invented people are called, say and are asked about. No word here is anybody's."""

FIRST_NAMES = """
Alison Andrew Angela Anita Ashleigh Bethany Brenda Brian Callum Carol Chloe Christine Claire Colin Craig Daniel Darren
Dawn Deborah Denise Donna Elaine Emma Gary Gemma Gillian Graeme Hannah Hayley Heather Helen Ian Jacqueline James Janet
Jason Jean Joanne John Jordan Julie Karen Kelly Kerry Kevin Kirsty Laura Leanne Lee Lesley Linda Lisa Lorraine Louise
Lynn Margaret Mark Martin Michelle Natalie Neil Nicola Pamela Pauline Peter Rachel Rebecca Robert Ross Sandra Sarah
Shaun Sheila Simon Stephanie Stephen Stuart Susan Terry Theresa Tracey Valerie Victoria Wendy Abdul Adaeze Agnieszka
Aisha Amara Amina Anand Ayesha Bilal Chidi Daniela Deepa Eszter Farah Fatima Grace Harpreet Ibrahim Imran Ioana Jaspreet
Joy Kwame Lakshmi Layla Magda Mei Mohammed Nadia Ngozi Olu Parveen Piotr Rahul Rukhsana Samira Shabana Siobhan Tariq
Temitope Wei Yusuf Zainab
""".split()

LAST_NAMES = """
Armstrong Atkinson Bainbridge Bell Blenkinsop Bowman Brough Carr Charlton Clasper Collingwood Cook Coxon Crozier
Dawson Dixon Dodds Douglas Elliott Emmerson Fenwick Forster Foster Gibson Graham Gray Hall Harbottle Harle Harrison
Hedley Heron Herron Hindmarsh Hodgson Hogg Hutchinson Jobling Johnson Kell Laidler Lambton Liddell Lowes Maddison
Marley Mason Maughan Milburn Mordue Nesbit Nichol Oliver Ord Pattison Pearson Potts Pringle Proud Purvis Raine Reay
Redpath Ridley Robson Routledge Rutherford Shield Softley Stobbs Stokoe Storey Straughan Tait Taylor Telford Thirlwell
Thompson Todd Trotter Turnbull Urwin Usher Waugh Weddell Whitfield Wilkinson Wood Young Adebayo Afolabi Ahmed Akhtar Ali
Begum Bhatti Chen Choudhury Diallo Haddad Hussain Iqbal Islam Kaur Khan Kowalska Lim Mahmood Malik Mensah Miah
Mohamed Nowak Nwosu Ogunleye Okafor Osei Patel Popescu Rahman Rehman Shah Sharma Singh Szabo Uddin Wojcik Zhang
""".split()

MESSAGES = [
    "We have talked about this for years and our youngest has just left home.",
    "My aunt fosters in Durham and says I should ring you.",
    "I work shifts at the hospital. Would that be a problem?",
    "We rent from a housing association. Are we allowed to foster?",
    "I would like to look after teenagers, I used to be a youth worker.",
    "Could you tell me about short breaks at weekends?",
    "We have two dogs, both very gentle.",
    "I am single and 58. Am I too old?",
    "My husband is not sure yet. Can we come to something and listen?",
    "We would like to keep brothers and sisters together.",
    "I heard you on the radio on my way to work.",
    "I grew up in care myself and would like to give something back.",
]

TALKS = [
    "Warm, well-informed couple. Sent the welcome pack and talked through the spare room.",
    "Wants to know about allowances and work. Explained both; thinking it over with the family.",
    "Has looked after nieces for years. Keen on primary-school children.",
    "Asked whether renting matters. It does not; landlord to be asked in time.",
    "Works nights at present; hopes for days from the new year.",
    "Talked about teenagers. Interested, a little nervous. Offered a chat with an experienced carer.",
    "Good questions on contact with birth families. Will read the pack and come to the next evening.",
    "Dog assessed informally by phone: older labrador, used to children.",
    "Both spoken with. They would like to take the next step.",
    "Partner joined the call half way. Agreed what to think about before we talk again.",
]
TRIES = [
    "No answer.",
    "Rang out, left no message.",
    "Voicemail, left our number.",
    "Partner answered; ring after five.",
]
VISITS = [
    "Two good bedrooms, one free now. Warm home, plenty of books.",
    "Terraced house, small yard, park across the road. Spare room has a single bed and a desk.",
    "Met both and the two teenagers, who asked the best questions.",
    "Flat on the second floor, lift. Spare room is box-sized; to be measured.",
]
CAMPAIGNS = {
    "social_media": ["fb-always-on", "insta-stories", "foster-care-fortnight"],
    "search": ["google-brand", "google-fostering-near-me", ""],
    "event": ["great-north-show", "school-fairs", "foster-care-fortnight"],
    "advertising": ["smooth-radio", "metro-radio", "bus-backs"],
    "council": ["council-tax-leaflet", "staff-newsletter"],
}
SAFE_RULES = [
    {"leave_message": False, "when": "evening", "notes": "Mobile only, after 18:00."},
    {"leave_message": False, "say_who": False},
    {"by_phone": False, "notes": "Deaf. Email or text."},
    {"language": "Polish"},
    {"language": "Urdu", "when": "morning"},
    {"when": "afternoon"},
    {"by_email": False, "notes": "Shares the email address with a neighbour who helps her."},
]
