"""What a token may be used for: the one table. An endpoint asks for a scope as a page asks for a right."""

SCOPES: dict[str, str] = {
    "enquiries:write": "Pass on enquiries that reached the council directly",
}
