from django.urls import path

from reporting.feeds.api import FeedView

urlpatterns = [path("feeds/<slug:name>.csv", FeedView.as_view(), name="api_feed")]
