"""The demo's sample sign-ins. Made only by `demo_data`, which refuses to run outside the demo and home."""

from hub.people.roles import Role

DEMO_PASSWORD = "fostering-demo-2026"

# role, email, name, GSS code of the authority
DEMO_PEOPLE = [
    (Role.HUB_WORKER, "worker@hub.example.org", "Ruth Adeyemi", ""),
    (Role.HUB_WORKER, "worker2@hub.example.org", "Callum Hedley", ""),
    (Role.HUB_WORKER, "worker3@hub.example.org", "Priya Natarajan", ""),
    (Role.HUB_MANAGER, "manager@hub.example.org", "Moira Telfer", ""),
    (Role.DATA_OFFICER, "data@hub.example.org", "Owen Birtley", ""),
    (Role.AUTHORITY_LEAD, "lead@gateshead.example.org", "Joanne Armitage", "E08000037"),
    (Role.AUTHORITY_WORKER, "worker@gateshead.example.org", "Samir Haddad", "E08000037"),
    (Role.AUTHORITY_WORKER, "worker@newcastle.example.org", "Elaine Cho", "E08000021"),
    (Role.CLUSTER_LEAD, "cluster@hub.example.org", "Patricia Lowes", ""),
    (Role.ADMINISTRATOR, "admin@hub.example.org", "Imran Sadiq", ""),
]


def demo_signins() -> list[dict[str, str]]:
    """Role, email and password of each sample person, for the sign-in page and the command line."""
    return [
        {"role": role.label, "email": email, "name": name, "password": DEMO_PASSWORD}
        for role, email, name, _ in DEMO_PEOPLE
    ]
