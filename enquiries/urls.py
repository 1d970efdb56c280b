from django.urls import include, path

from enquiries.buddies import urls as buddies
from enquiries.events import urls as events
from enquiries.not_yet import urls as not_yet

urlpatterns = [
    path("", include(events.public)),
    path("", include("enquiries.surveys.urls")),
    path("", include(not_yet.public)),
    path("hub/", include(not_yet.staff)),
    path("", include(buddies.public)),
    path("hub/", include(buddies.staff)),
    path("journey/", include("enquiries.own_page.urls")),
    path("hub/", include(events.staff)),
    path("", include("enquiries.site.urls")),
    path("", include("enquiries.intake.urls")),
    path("hub/", include("enquiries.councils.urls")),
    path("hub/", include("enquiries.paper.urls")),
    path("hub/", include("enquiries.casework.urls")),
    path("hub/", include("enquiries.assignment.urls")),
    path("hub/", include("enquiries.clocks.urls")),
    path("hub/", include("enquiries.tasks.urls")),
    path("", include("enquiries.letters.urls")),
    path("hub/", include("enquiries.documents.urls")),
    path("hub/", include("enquiries.eoi.urls")),
    path("hub/", include("enquiries.bulk.urls")),
    path("hub/", include("enquiries.inbox.urls")),
    path("hub/", include("enquiries.duplicates.urls")),
    path("hub/", include("enquiries.telephone.urls")),
    path("hub/", include("enquiries.campaigns.urls")),
]
