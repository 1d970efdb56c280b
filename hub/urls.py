from django.urls import include, path

from hub import views
from hub.messages.views import demo_mailbox
from hub.people import views as people

handler400 = views.unreadable
handler500 = views.fault

# /healthz and /readyz are answered before any of these (hub/health.py).
urlpatterns = [
    # Systems ask most often: they need not wait until every page was thought of.
    path("api/v1/", include("handover.api.urls")),
    path("api/v1/", include("reporting.feeds.urls_api")),
    path("api/v1/", include("enquiries.api.urls")),
    path("api/", include("hub.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("accounts/invitation/<str:token>/", people.invitation, name="invitation"),
    path("accounts/home/", views.home_for_role, name="home_for_role"),
    path("hub/settings/", views.hub_settings, name="hub_settings"),
    path("hub/settings/people/", include("hub.people.urls")),
    path("hub/settings/changes-of-councils/", include("handover.succession.urls")),
    path("demo/mailbox/", demo_mailbox, name="demo_mailbox"),
    path("", include("enquiries.urls")),
    path("hub/", include("hub.api.urls_pages")),
    path("portal/passed-on/", include("handover.urls_diverted")),
    path("portal/milestones/", include("handover.rows.urls")),
    path("portal/connections/", include("handover.webhooks.urls")),
    path("portal/dashboards/", include("reporting.dashboards.urls_portal")),
    path("portal/", include("handover.urls_portal")),
    path("hub/", include("handover.urls_hub")),
    path("hub/", include("handover.onboarding.urls")),
    path("", include("handover.asking.urls")),
    path("hub/settings/compared-measures/", include("reporting.dashboards.urls_settings")),
    path("reports/", include("reporting.urls")),
]
