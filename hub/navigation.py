"""The menu of those who sign in: one table. A page is in it once, for whoever holds its right."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Item:
    section: str  # as a page says where it belongs: {% firstof "today" as section %}
    url_name: str
    text: str
    right: str

    @property
    def href(self) -> str:
        return reverse(self.url_name)


MENU = (
    Item("today", "today", "Today", "use_hub"),
    Item("phone", "phone", "Take a call", "record_casework"),
    Item("duplicates", "duplicates", "Duplicates", "record_casework"),
    Item("inbox", "inbox", "Inbox", "judge_inbox"),
    Item("manager", "manager_view", "Manager", "see_workload"),
    Item("referrals", "referrals", "Our referrals", "use_portal"),
    Item("passed_on", "passed_on", "Passed on", "divert_enquiry"),
    Item("events", "events", "Events", "manage_events"),
    Item("campaigns", "campaigns", "Campaigns", "see_campaigns"),
    Item("imports", "past_imports", "Import", "import_past"),
    Item("access", "api_tokens", "Access", "manage_access"),
    Item("reports", "reports_overview", "Reports", "see_reports"),
)


def menu_of(user) -> list[Item]:
    """What this person may open, in the order of the table."""
    return [item for item in MENU if user.is_authenticated and user.can(item.right)]
