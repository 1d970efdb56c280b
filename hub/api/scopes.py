"""What a token may be used for: the one table. An endpoint asks for a scope as a page asks for a right."""

SCOPES: dict[str, str] = {
    "enquiries:write": "Pass on enquiries that reached the council directly",
    "handovers:read": "Read the referrals to the council",
    "handovers:write": "Answer referrals and record milestones",
    "figures:write": "Send the council’s monthly figures",
    "feeds:read": "Read the hub’s figures by month, small numbers hidden",
    "feeds:small-numbers": "Read them in full, and the feeds with a row for each household",
}
# What is done with these is done for one council: the hub's own tokens cannot have them.
OF_A_COUNCIL = frozenset({"handovers:read", "handovers:write", "figures:write"})
# What is about all councils: theirs cannot have them.
OF_THE_HUB = frozenset({"feeds:read", "feeds:small-numbers"})
