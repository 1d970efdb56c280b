"""Who may do what: the one table of rights.

A right is a word that code asks for with `user.can("authorise_eoi")`. No hub role holds `record_assessment`:
stage 1 decisions, panels and approvals are the authority's regulated work (domain.md 1; Ofsted).
"""

from django.db import models


class Role(models.TextChoices):
    HUB_WORKER = "hub_worker", "Hub worker"
    HUB_MANAGER = "hub_manager", "Hub manager"
    DATA_OFFICER = "data_officer", "Data officer"
    AUTHORITY_WORKER = "authority_worker", "Authority worker"
    AUTHORITY_LEAD = "authority_lead", "Authority lead"
    CLUSTER_LEAD = "cluster_lead", "Cluster lead"
    ADMINISTRATOR = "administrator", "Administrator"


HUB_ROLES = frozenset({Role.HUB_WORKER, Role.HUB_MANAGER, Role.DATA_OFFICER})
AUTHORITY_ROLES = frozenset({Role.AUTHORITY_WORKER, Role.AUTHORITY_LEAD})

_CASEWORK = frozenset(
    {"use_hub", "read_people", "record_casework", "send_handover", "see_reports", "open_figures", "judge_inbox",
     "manage_events", "see_campaigns"}
)  # fmt: skip
_PORTAL = frozenset({"use_portal", "answer_handover", "record_assessment", "divert_enquiry", "send_figures"})

RIGHTS: dict[str, frozenset[str]] = {
    Role.HUB_WORKER: _CASEWORK,
    Role.HUB_MANAGER: _CASEWORK
    | {"authorise_eoi", "assign_anyone", "see_small_numbers", "draft_return", "sign_return", "see_workload"}
    | {"manage_campaigns", "import_past", "edit_script", "manage_access", "see_settings", "change_settings"}
    | {"review_return", "import_statistics", "record_costs"},
    Role.DATA_OFFICER: _CASEWORK
    | {"see_small_numbers", "draft_return", "review_return", "manage_campaigns", "import_past", "see_settings"}
    | {"import_statistics", "record_costs"},
    Role.AUTHORITY_WORKER: _PORTAL,
    Role.AUTHORITY_LEAD: _PORTAL | {"manage_team", "manage_connections", "see_own_reports"},
    # No personal data: figures only, small numbers suppressed (measures.md, Suppression).
    Role.CLUSTER_LEAD: frozenset({"see_reports"}),
    # Runs the deployment, and sees nobody's record.
    Role.ADMINISTRATOR: frozenset({"manage_access", "see_settings"}),
}

HOME = {
    **dict.fromkeys(HUB_ROLES, "today"),
    **dict.fromkeys(AUTHORITY_ROLES, "referrals"),
    Role.CLUSTER_LEAD: "reports_overview",
    Role.ADMINISTRATOR: "api_tokens",
}


def roles_with(right: str) -> list[str]:
    """The roles that hold the right."""
    return sorted(role for role, rights in RIGHTS.items() if right in rights)


def rights_of(role: str) -> frozenset[str]:
    """The rights of a role; an unknown role has none."""
    return RIGHTS.get(role, frozenset())
