"""Names of invented people, as they are met in one region, and how else each may be written."""

FIRST_NAMES = {
    "british": (
        "Emma Sarah Laura Rachel Gemma Claire Elizabeth Catherine Margaret Susan Rebecca Jennifer Patricia "
        "Deborah Christine Victoria Samantha Jacqueline Nicola Angela Amanda Michelle Joanne Stephanie Helen "
        "Karen Julie Hannah Charlotte Olivia Lucy David James John Michael Robert William Paul Mark Andrew "
        "Stephen Peter Thomas Christopher Daniel Matthew Anthony Kevin Steven Simon Philip Ian Graham Stuart "
        "Keith Neil Gary Craig Lee Darren Ryan Adam Benjamin Joseph Jack Harry George Edward Alan Colin "
        "Trevor Nigel Beverley Gillian Tracey Lorraine Pauline"
    ).split(),
    "south_asian": (
        "Mohammed Ahmed Imran Tariq Khalid Usman Bilal Asif Zahid Nasreen Aisha Fatima Amina Shazia Rukhsana "
        "Samina Priya Anita Sunita Deepa Rajesh Sanjay Vijay Amit Harpreet Gurpreet Manjit Balwinder "
        "Jaswinder Kavita Nisha"
    ).split(),
    "polish": "Agnieszka Małgorzata Katarzyna Łukasz Paweł Tomasz Krzysztof Magdalena Piotr Andrzej Ewa Zofia".split(),
    "arabic": "Youssef Hassan Ibrahim Mustafa Layla Maryam Zainab Omar Mahmoud Noor Abdullah Hussein".split(),
    "irish": "Siobhán Aoife Niamh Ciarán Eoin Róisín Seán Declan Orla Brendan Gráinne Pádraig".split(),
    "chinese": "Wei Ming Xiao Mei Ling Jing Fang Hui Jun Yan Li Hong".split(),
    "african": "Ngozi Chukwuemeka Oluwaseun Adaeze Kwame Abena Tunde Folake Chidi Yetunde Kofi Ama".split(),
}  # fmt: skip
LAST_NAMES = {
    "british": (
        "Smith Jones Taylor Brown Williams Wilson Johnson Robinson Wright Thompson Walker White Edwards "
        "Hughes Green Hall Clarke Jackson Wood Turner Cooper Hill Ward Morris Moore Harrison Baker Morgan "
        "Allen Scott Watson Parker Bennett Cook Richardson Bailey Carter Shaw Bell Murphy Miller Cox Marshall "
        "Simpson Price Anderson Adams Wilkinson Foster Ellis Chapman Mason Gibson Hunter Graham Reed "
        "Armstrong Charlton Dodds Elliott Forster Heslop Hedley Laidlaw Milburn Nicholson Ogle Pattinson "
        "Ridley Robson Storey Tulip Weatherley Younger Ramshaw Featherstone"
    ).split(),
    "south_asian": (
        "Khan Hussain Ahmed Ali Begum Patel Singh Kaur Akhtar Mahmood Iqbal Sharma Malik Chaudhry Rashid"
    ).split(),
    "polish": "Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski".split(),
    "arabic": "Al-Masri Haddad Khoury El-Sayed Mansour Rahman Saleh Aziz Farouk Nasser".split(),
    "irish": "O'Brien O'Neill Murphy Kelly Byrne Ryan O'Connor Walsh Doyle McCarthy Gallagher Doherty".split(),
    "chinese": "Zhang Wang Chen Liu Huang Zhou Wu Xu Zhao Lin Guo Cheung".split(),
    "african": "Okafor Adeyemi Mensah Boateng Nwosu Okonkwo Asante Owusu Balogun Eze Adebayo Osei".split(),
}  # fmt: skip
SHARES = {"british": 66, "south_asian": 12, "polish": 5, "arabic": 4, "irish": 5, "chinese": 3, "african": 5}

OTHER_FORMS = {
    "Elizabeth": ["Liz", "Beth", "Lizzie"], "Catherine": ["Kate", "Cath", "Katherine"], "Margaret": ["Maggie", "Peggy"],
    "Susan": ["Sue"], "Rebecca": ["Becky"], "Jennifer": ["Jenny", "Jen"], "Patricia": ["Pat", "Trish"],
    "Deborah": ["Debbie"], "Christine": ["Chris"], "Victoria": ["Vicky"], "Samantha": ["Sam"],
    "Jacqueline": ["Jackie"], "Amanda": ["Mandy"], "Joanne": ["Jo"], "Stephanie": ["Steph"], "Gillian": ["Gill"],
    "James": ["Jim", "Jamie"], "Michael": ["Mike", "Mick"], "Robert": ["Rob", "Bob"], "William": ["Bill", "Will"],
    "Andrew": ["Andy"], "Stephen": ["Steve", "Steven"], "Thomas": ["Tom"], "Christopher": ["Chris"], "Daniel": ["Dan"],
    "Matthew": ["Matt"], "Anthony": ["Tony"], "Philip": ["Phil"], "Benjamin": ["Ben"], "Joseph": ["Joe"],
    "Edward": ["Ted", "Ed"], "David": ["Dave"], "Mohammed": ["Muhammad", "Mohamed", "Mo", "Mohammad"],
    "Ahmed": ["Ahmad"], "Fatima": ["Fatimah"], "Aisha": ["Ayesha"], "Hussein": ["Hussain"], "Youssef": ["Yusuf"],
    "Zainab": ["Zaynab"], "Maryam": ["Mariam"], "Usman": ["Osman"], "Omar": ["Umar"], "Noor": ["Nur"],
    "Łukasz": ["Lukasz", "Luke"], "Małgorzata": ["Malgorzata", "Gosia"], "Katarzyna": ["Kasia"], "Paweł": ["Pawel"],
    "Tomasz": ["Tomek"], "Siobhán": ["Siobhan"], "Seán": ["Sean", "Shaun"], "Ciarán": ["Kieran", "Ciaran"],
    "Róisín": ["Roisin"], "Gráinne": ["Grainne"], "Pádraig": ["Padraig", "Patrick"], "Oluwaseun": ["Seun"],
    "Chukwuemeka": ["Emeka"], "Layla": ["Leila"], "Ibrahim": ["Ebrahim"],
}  # fmt: skip
OTHER_LETTERS = {
    "Hussain": "Husain", "Chaudhry": "Choudhury", "Mahmood": "Mehmood", "Rashid": "Rasheed", "Wiśniewski": "Wisniewski",
    "Wójcik": "Wojcik", "Kamiński": "Kaminski", "Zieliński": "Zielinski", "Szymański": "Szymanski",
    "Woźniak": "Wozniak", "Dąbrowski": "Dabrowski", "Kowalski": "Kowalsky", "Al-Masri": "Al Masri",
    "El-Sayed": "Elsayed",
    "O'Brien": "OBrien", "O'Neill": "O’Neil", "O'Connor": "O Connor", "McCarthy": "Mc Carthy", "Thompson": "Thomson",
    "Philips": "Phillips", "Reed": "Reid", "Clarke": "Clark", "Zhang": "Chang", "Zhou": "Chow", "Khoury": "Khouri",
}  # fmt: skip
