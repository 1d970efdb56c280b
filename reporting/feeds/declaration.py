"""Of every field of every model that holds people: what may become of it in a feed. A test knows when one is missing.

From this the views are generated (database.py), so that a column which is not said here cannot be in one. Why dates are
months and numbers of days end somewhere: docs/decisions/0032.
"""

from enquiries.journey import CHANNELS, CLOSED_REASONS, KINDS, SOURCES, STAGES
from reporting.feeds.treatment import (
    CampaignCode,
    Code,
    Council,
    Days,
    Month,
    Shown,
    Treatment,
    forbidden,
    joined,
    names,
)
from reporting.measures.definition import OFSTED_CODES

MOST_WORKING_DAYS = 60
MOST_DAYS = 730
DECISIONS = ("approved", "not_approved")
ANSWERS = ("handover_accepted", "handover_declined", "handover_returned")
# The facts that measures read (measures.md, "Facts").
MEASURED = names(
    kind for kind, rule in KINDS.items() if rule.rank < 200 and kind not in ("routed", "eoi_returned", "merged")
)

_REASON = Code(names(CLOSED_REASONS), "Why it ended", column="closed_reason")
_PLACES = Shown("integer", "Places approved")

# What the facts come to (reporting/households): these and the facts themselves are all that the feeds are made of.
MADE_OF: dict[str, dict[str, Treatment]] = {
    "reporting.Household": {
        **joined("enquiry is_merged"),
        "authority": Council("The council it counts for; empty: none yet"),
        "is_counted": Shown("boolean", "Whether it counts in the measures"),
        "received_on": Month("received_month", "The month of the enquiry, the earliest of those merged"),
        "channel": Code(names(CHANNELS), "How they reached us"),
        "source": Code(names(SOURCES), "How they heard; empty: they did not say"),
        "campaign": CampaignCode("The campaign that brought them, where it is one of the hub’s"),
        "conversation_on": Month("conversation_month", "The first conversation"),
        "visit_on": Month("visit_month", "The first visit"),
        "eoi_submitted_on": Month("eoi_submitted_month", "The first expression of interest submitted"),
        "eoi_authorised_on": Month("eoi_authorised_month", "The first authorised"),
        "sent_on": Month("referred_month", "The first referral to a council"),
        "accepted_on": Month("accepted_month", "The first referral that was accepted"),
        "application_on": Month("application_month", "The first application received"),
        "decided_on": Month("decided_month", "The latest decision"),
        "decision": Code(DECISIONS, "The latest decision", other=""),
        "places": _PLACES,
        "closed_on": Month("closed_month", "The latest closing, where it was not reopened"),
        "closed_reason": _REASON,
        "closed_by": Code(("applicant", "service"), "To whom that reason belongs", other=""),
        "closed_ofsted": Code(names(OFSTED_CODES), "Ofsted’s code for it", other="", column="ofsted_code"),
        "is_unended": Shown("boolean", "Neither closed nor decided", column="is_open"),
        "is_held": Shown("boolean", "“Not yet”", column="on_hold"),
        "stage": Code(names(STAGES), "The stage now, or from which it was closed", other=""),
        "conversation_days": Days(
            MOST_WORKING_DAYS, "Working days from the enquiry to the first conversation", column="days_to_conversation"
        ),
        "visit_days": Days(
            MOST_WORKING_DAYS, "Working days from the enquiry to the first visit", column="days_to_visit"
        ),
        **forbidden("own_received_on applying_from assessed_from first_decided_on held_on day_zero"),
    },
    "reporting.Referral": {
        **joined("sent_fact enquiry"),
        "authority": Council("The council it was sent to"),
        "sent_on": Month("sent_month", "When it was sent"),
        "answer": Code(ANSWERS, "The council’s answer; empty: none yet, or the hub withdrew it", other=""),
        "answered_on": Month("answered_month", "When it answered"),
        "answer_days": Days(MOST_WORKING_DAYS, "Working days from sending to the answer", column="days_to_answer"),
        **forbidden("received_on"),
    },
    "enquiries.Activity": {
        **joined("id enquiry voids"),
        "kind": Code(MEASURED, "Which fact"),
        "occurred_on": Month("month", "When it happened"),
        "authority": Council("The council that it is about; empty: none"),
        "outcome": Code(DECISIONS, "Of a decision", other="", column="decision"),
        "places": _PLACES,
        "reason": Code(names(CLOSED_REASONS), "Why it ended, of a closing", other="", column="closed_reason"),
        **forbidden(
            "occurred_at recorded_at recorded_by recorder note until due next_by visitor channel about replaces into "
            "idempotency_key"
        ),
    },
    # The survivor of a merged enquiry, and nothing else of it.
    "enquiries.Enquiry": {
        **joined("id merged_into"),
        **forbidden(
            "reference idempotency_key received_at created_at version channel source campaign external_id postcode "
            "spare_room interests situation age timing message residence chosen_authority chosen_why not_authority "
            "not_why authority owner absorbs stage turn on_hold hold_until closed_on closed_reason closed_from "
            "decision places held_by attempts first_conversation_at last_contact_at callback_at parked_until clock "
            "clock_started_at due_at"
        ),
    },
    # Which codes are campaigns of ours.
    "enquiries.Campaign": {
        **joined("code"),
        **forbidden("id name channel starts_on ends_on target spend telephone lands_on created_by created_at"),
    },
    # The figures of signed months and drafts: no line names anybody. What is written beside them is free text.
    "reporting.Return": {
        **joined("kind period_from version status as_at definition lines"),
        **forbidden(
            "id period_to hub_name registers lines_before as_at_before progress risks communications restates "
            "restated_reason drafted_at drafted_by needs_review reviewed_at reviewed_by reviewed_as signed_at "
            "signed_by signed_as sha256"
        ),
    },
    "reporting.HouseholdId": {**joined("enquiry"), "feed_id": Shown("uuid", "The household", column="household")},
    "reporting.ReferralId": {**joined("sent_fact"), "feed_id": Shown("uuid", "The referral", column="referral")},
}
# Nothing of these, not even for finding.
KEPT_OUT: dict[str, dict[str, Treatment]] = {
    "enquiries.Absence": forbidden("id person starts_on ends_on cover recorded_by recorded_at"),
    "enquiries.Applicant": forbidden("id enquiry position first_name last_name email phone phone_wrong_on born_on"),
    "enquiries.Attendance": forbidden("id booking session persons made_up recorded_at recorded_by fact"),
    "enquiries.Booking": forbidden("id event enquiry persons state made_at made_by cancelled_at completed_fact"),
    "enquiries.Buddy": forbidden(
        "id name email phone interests languages most_at_once active agreed_at agreed_wording agreed_recorded_by"
    ),
    "enquiries.BuddyLink": forbidden("id match token_sha256 made_at expires_at"),
    "enquiries.BulkItem": forbidden("id run enquiry state person why"),
    "enquiries.BulkRun": forbidden("id work details chosen by made_at started_at finished_at state"),
    "enquiries.CallEvent": forbidden("id call_id kind caller dialled at recording told_at enquiry seen_at seen_by"),
    "enquiries.CallScript": forbidden("id version parts why published_at published_by"),
    "enquiries.CallbackHours": forbidden("id weekday starts_at ends_at minutes capacity"),
    "enquiries.CallbackSlot": forbidden("id starts_at capacity taken"),
    "enquiries.Caseload": forbidden("id person capacity takes_new languages interests councils last_given_at"),
    "enquiries.ComeBackLink": forbidden("id enquiry hold message token_sha256 made_at expires_at used_at chose"),
    "enquiries.Consent": forbidden("id enquiry purpose given wording channel at expires_on recorded_by"),
    "enquiries.Document": forbidden(
        "id enquiry kind name file content_type size sha256 scanned expires_on added_at added_by removed_at "
        "removed_by removed_why"
    ),
    "enquiries.DuplicatePair": forbidden("id first second score reasons found_at state decided_by decided_at"),
    "enquiries.EoiSection": forbidden(
        "id enquiry code position answers complete missing version saved_at saved_by recorder"
    ),
    "enquiries.EqualityAnswers": forbidden(
        "id month authority age_band sex gender ethnic_group religion sexual_orientation disability"
    ),
    "enquiries.Event": forbidden(
        "id code title kind starts_at ends_at place about capacity authority published cancelled_at"
    ),
    "enquiries.HeldSubmission": forbidden(
        "id held_at idempotency_key reference why intake state enquiry decided_by decided_at"
    ),
    "enquiries.HouseholdKey": forbidden("key enquiry"),
    "enquiries.InboundMessage": forbidden(
        "id mailbox message_id channel sender sender_name subject body sent_at taken_at state why raw enquiry "
        "decided_by decided_at"
    ),
    "enquiries.LineTest": forbidden("id way tested_at by worked note"),
    "enquiries.LinkRequest": forbidden("id address asked_at"),
    "enquiries.MailboxCursor": forbidden("id mailbox uid_validity last_uid read_at"),
    "enquiries.Match": forbidden(
        "id enquiry buddy applicant reach_by consent state asked_at asked_by accepted_at reminded_at "
        "last_spoke_on ended_at ended_why"
    ),
    "enquiries.Merge": forbidden("id fact survivor absorbed at by before undone_at undone_by"),
    "enquiries.MessageTemplate": forbidden(
        "id code version channel purpose name subject body offered why made_at made_by"
    ),
    "enquiries.NameWord": forbidden("word enquiry"),
    "enquiries.Nudge": forbidden(
        "id enquiry kind key template at good_until planned_at state next_try_at decided_at why called_off_by message"
    ),
    "enquiries.Origin": forbidden(
        "id fact heard utm_source utm_medium utm_campaign utm_term utm_content referrer landed_on dialled"
    ),
    "enquiries.OwnList": forbidden("id person name asked"),
    "enquiries.PhoneCall": forbidden(
        "id by started_at number dialled script answers enquiry state ended_at call_id fact"
    ),
    "enquiries.PostalAddress": forbidden("id enquiry lines"),
    "enquiries.Presence": forbidden("enquiry user since seen_at"),
    "enquiries.Recalculation": forbidden(
        "id why basis asked_at asked_by last_fact last_enquiry to_do done moved finished_at"
    ),
    "enquiries.RoutingDecision": forbidden("id enquiry at rule explanation chosen residence authority directory"),
    "enquiries.SafeContact": forbidden(
        "id enquiry by_phone by_text by_email when leave_message say_who language interpreter adjustments notes"
    ),
    "enquiries.ScriptHidden": forbidden("id by"),
    "enquiries.Session": forbidden("id event number starts_at ends_at place join_link sequence"),
    "enquiries.SignInLink": forbidden("id token_sha256 purpose enquiry applicant address made_at expires_at used_at"),
    "enquiries.SteppedAside": forbidden("id on why authority campaign"),
    "enquiries.Survey": forbidden(
        "id enquiry occasion booking idempotency_key token_sha256 sent_at expires_at score comment "
        "answered_at changed_at answered_by reason better contact_again call_asked_at fact"
    ),
    "enquiries.Task": forbidden(
        "id enquiry kind title due_on assigned_to key version created_by created_at done_by done_at done_note"
    ),
    "enquiries.Today": forbidden("id person asked looked_at new_since"),
    "handover.Agreement": forbidden(
        "id authority version signed_by shares document document_name recorded_at recorded_by starts_on "
        "ends_on ended_at ended_by ended_why warned_at"
    ),
    "handover.Attempt": forbidden("id delivery at status milliseconds fault"),
    "handover.ChangesTold": forbidden("id up_to only"),
    "handover.CouncilCheck": forbidden(
        "id handover message token_sha256 asked_at expires_at answer comment answered_at first_answered_at "
        "answered_by settled_at settled_by settled_how"
    ),
    "handover.Delivery": forbidden("id endpoint event_id kind body made_at state tries next_try_at delivered_at"),
    "handover.Endpoint": forbidden(
        "id authority url events state why seed secret_sha256 seed_before secret_before_sha256 before_until "
        "failing_since made_at made_by"
    ),
    "handover.Handover": forbidden(
        "id reference enquiry authority sent_fact state sent_at sent_by opened_at opened_by answered_at "
        "answered_by ended_on worker changed_at reason note package package_schema package_sha256 pdf "
        "pdf_tries pdf_tried_at"
    ),
    "handover.MilestoneDownload": forbidden("id authority handovers made_at made_by"),
    "handover.MilestoneUpload": forbidden(
        "id authority file_name left_aside state uploaded_at uploaded_by finished_at"
    ),
    "handover.MilestoneUploadRow": forbidden(
        "id upload row reference kind occurred_on outcome places reason result said"
    ),
    "handover.MonthlyFigures": forbidden(
        "id authority month version approved_households deregistered_households approved_carers "
        "children_placed constellations satellites remarks via sent_at sent_by"
    ),
    "handover.PastImport": forbidden(
        "id file_name content sha256 uploaded_at uploaded_by state rows done_rows imported already_there bad "
        "before_received still_open late_at_once unknown_columns why started_at started_by finished_at"
    ),
    "handover.PastImportLine": forbidden("id past_import kind row external_id column value reason"),
    "handover.PracticeCase": forbidden("id authority person household state reason milestones changed_at done_at"),
    "hub.AccessLog": forbidden("id at user by_link action reference"),
    "hub.ApiToken": forbidden(
        "id name authority acts_as scopes token_sha256 ends_with made_at made_by expires_at revoked_at "
        "revoked_by last_used_at form_key"
    ),
    "hub.Message": forbidden(
        "id template template_version channel to subject body seed reference to_household idempotency_key "
        "created_at created_by state attempts next_try_at sent_at provider_id delivered_at failed_at "
        "last_fault noticed_at"
    ),
    "hub.User": forbidden(
        "id password last_login is_superuser email name role authority is_active is_system suspended_at "
        "suspended_why unused_warned_at invited_at invitation_sha256 let_in_at task_digest joined_at"
    ),
}
DECLARED = MADE_OF | KEPT_OUT
