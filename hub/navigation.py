"""The menu of those who sign in, and what is listed under Settings: two tables. A page is in them once, for whoever
holds its right."""

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
    Item("tasks", "my_tasks", "Tasks", "record_casework"),
    Item("phone", "phone", "Take a call", "record_casework"),
    Item("councils", "with_councils", "With the councils", "record_casework"),
    Item("duplicates", "duplicates", "Duplicates", "record_casework"),
    Item("inbox", "inbox", "Inbox", "judge_inbox"),
    Item("manager", "manager_view", "Manager", "see_workload"),
    Item("referrals", "referrals", "Our referrals", "use_portal"),
    Item("passed_on", "passed_on", "Passed on", "divert_enquiry"),
    Item("portal_funnel", "portal_funnel", "How it goes", "use_portal"),
    Item("own_dashboards", "own_dashboards", "Dashboards", "see_own_reports"),
    Item("figures", "figures", "Figures", "send_figures"),
    Item("our_team", "our_team", "Our team", "manage_team"),
    Item("practice", "practice", "Practice", "use_portal"),
    Item("connections", "connections", "Connections", "manage_connections"),
    Item("portal_settings", "portal_settings", "Your settings", "use_portal"),
    Item("events", "events", "Events", "manage_events"),
    Item("buddies", "buddies", "Buddies", "manage_events"),
    Item("campaigns", "campaigns", "Campaigns", "see_campaigns"),
    Item("reports", "reports_overview", "Reports", "see_reports"),
    Item("settings", "hub_settings", "Settings", "see_settings"),
)


@dataclass(frozen=True)
class Setting:
    """A page on which the hub is set up, with one line that says what comes of it."""

    group: str  # of SETTING_GROUPS
    url_name: str
    text: str
    right: str
    about: str

    @property
    def href(self) -> str:
        return reverse(self.url_name)


SETTING_GROUPS = ("Time", "Team", "Telephone", "Messages", "Councils", "Data")
SETTINGS = (
    Setting("Time", "hub_hours", "Opening hours", "change_settings", "From when to when somebody is there."),
    Setting(
        "Time", "closures", "Days closed and open", "change_settings", "Besides weekends and England’s bank holidays."
    ),
    Setting(
        "Time", "standards", "How long a step may take", "change_settings",
        "Working days for each clock, from a day on.",
    ),
    Setting(
        "Time", "attempts", "Attempts to reach somebody", "change_settings",
        "How many before the closing letter is proposed.",
    ),
    Setting(
        "Team", "people", "People", "manage_access",
        "Who may sign in, of the hub and of every council: invite, suspend, let in.",
    ),
    Setting(
        "Team", "team", "Caseloads and skills", "assign_anyone",
        "How much each of us looks after, whom they suit best, and moving it.",
    ),
    Setting("Team", "sharing_out", "Sharing out", "assign_anyone", "Whether new enquiries get an owner by rotation."),
    Setting("Team", "absences", "Who is away", "assign_anyone", "And who covers for them."),
    Setting(
        "Telephone", "call_scripts", "Script", "edit_script", "What we say and ask on the telephone, in versions."
    ),
    Setting(
        "Telephone", "callback_hours", "Hours for call-backs", "edit_script",
        "The times that people may choose for us to ring them.",
    ),
    Setting(
        "Telephone", "line_tests", "Test the ways in", "edit_script",
        "Form, telephone and email, tried out once a week.",
    ),
    Setting(
        "Messages", "message_templates", "What we write", "change_settings", "Emails, texts and letters, in versions."
    ),
    Setting(
        "Councils", "portal_councils", "Councils in the portal", "change_settings",
        "Who is live, paused or not ready, and what is missing.",
    ),
    Setting("Councils", "routing", "How the council is found", "see_workload", "The rules, and the postcodes used."),
    Setting(
        "Councils", "councils_figures", "Monthly figures", "draft_return",
        "Which councils have sent theirs; enter them for one that rang.",
    ),
    Setting(
        "Councils", "agreements", "Data-sharing agreements", "change_settings",
        "With each council: from when to when, and what may be shared. Without one nothing can be sent.",
    ),
    Setting(
        "Councils", "handover_desk", "What comes back, and asking people", "change_settings",
        "Whose desk a referral lands on, and when we ask whether the council has been in touch.",
    ),
    Setting("Councils", "neighbour_hubs", "Other hubs", "see_workload", "Where to send those who live elsewhere."),
    Setting(
        "Councils", "council_changes", "Changes of councils", "change_settings",
        "Who leaves, joins, is divided or merged, from a day on, and what is open with them.",
    ),
    Setting(
        "Data", "support_kinds", "Kinds of support", "change_settings",
        "What hours of support are recorded by, for the return.",
    ),
    Setting(
        "Councils", "compared_measures", "What councils compare", "change_settings",
        "Which figures they see of each other, side by side and without small numbers.",
    ),
    Setting("Data", "past_imports", "Import past enquiries", "import_past", "A spreadsheet of an earlier system."),
    Setting("Data", "return_recipients", "Who gets signed returns", "sign_return", "By a link, not attached."),
    Setting("Data", "api_tokens", "Access of other systems", "manage_access", "Tokens of councils and the telephone."),
)  # fmt: skip


def menu_of(user) -> list[Item]:
    """What this person may open, in the order of the table."""
    return [item for item in MENU if user.is_authenticated and user.can(item.right)]


def settings_of(user) -> list[tuple[str, list[Setting]]]:
    """What this person may set, by group, in the order of the table."""
    mine = [setting for setting in SETTINGS if user.can(setting.right)]
    groups = [(group, [setting for setting in mine if setting.group == group]) for group in SETTING_GROUPS]
    return [(group, settings) for group, settings in groups if settings]
