from django.urls import include, path

from enquiries.events import urls as events

urlpatterns = [
    path("", include(events.public)),
    path("journey/", include("enquiries.own_page.urls")),
    path("hub/", include(events.staff)),
    path("", include("enquiries.site.urls")),
    path("", include("enquiries.intake.urls")),
    path("hub/", include("enquiries.councils.urls")),
    path("hub/", include("enquiries.paper.urls")),
    path("hub/", include("enquiries.casework.urls")),
    path("hub/", include("enquiries.inbox.urls")),
    path("hub/", include("enquiries.duplicates.urls")),
    path("hub/", include("enquiries.telephone.urls")),
    path("hub/", include("enquiries.campaigns.urls")),
]
