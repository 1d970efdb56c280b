"""What the database shows to an authority, whatever the code asks for: the one table (hub/isolation.py).

`OWN` says of which rows; to whoever reads the enquiry, what belongs to it is shown. `OPEN` is about nobody. All other
tables the restricted role cannot read at all, and it can write none. Migrations carry this into the database, and a
test compares the two.
"""

_BOUND = "(SELECT NULLIF(current_setting('hub.authority', true), '')::bigint)"
_OF_THEIR_ENQUIRY = "EXISTS (SELECT FROM enquiries_enquiry AS theirs WHERE theirs.id = {table}.enquiry_id)"
_THEIRS = f"authority_id = {_BOUND}"

OWN: dict[str, str] = {
    "handover_handover": _THEIRS,
    "handover_agreement": _THEIRS,
    "handover_practicecase": _THEIRS,
    "handover_monthlyfigures": _THEIRS,
    # Their own systems: where they are told, what they were told, what they come with.
    "handover_endpoint": _THEIRS,
    "handover_delivery": """
        EXISTS (SELECT FROM handover_endpoint AS theirs WHERE theirs.id = handover_delivery.endpoint_id)
    """,
    "handover_attempt": """
        EXISTS (SELECT FROM handover_delivery AS theirs WHERE theirs.id = handover_attempt.delivery_id)
    """,
    "hub_apitoken": _THEIRS,
    "handover_milestoneupload": _THEIRS,
    "handover_milestoneuploadrow": """
        EXISTS (SELECT FROM handover_milestoneupload AS theirs WHERE theirs.id = handover_milestoneuploadrow.upload_id)
    """,
    # Who holds it is kept by the single writer: from sending on, and until it was given back. What was merged into
    # such an enquiry is part of it.
    "enquiries_enquiry": f"""
        held_by_id = {_BOUND} OR (
            merged_into_id IS NOT NULL AND EXISTS (
                SELECT FROM handover_handover AS sent
                WHERE sent.enquiry_id = enquiries_enquiry.merged_into_id AND sent.{_THEIRS}
                    AND sent.state NOT IN ('declined', 'returned', 'withdrawn')
            )
        )
    """,
    **{
        table: _OF_THEIR_ENQUIRY.format(table=table)
        for table in (
            "enquiries_applicant",
            "enquiries_safecontact",
            "enquiries_consent",
            "enquiries_eoisection",
            "enquiries_activity",
            "enquiries_nameword",
        )
    },
    # Their own team, and the names of the hub's.
    "hub_user": f"authority_id = {_BOUND} OR authority_id IS NULL",
}

OPEN = frozenset(
    {
        "hub_authority",
        "hub_membership",
        "hub_succession",
        "hub_hub",
        "hub_closure",
        "hub_standard",
        "hub_configurationversion",
        "hub_postcodedirectory",
        "hub_postcode",
    }
)
