from django.urls import path

from hub.api import pages

urlpatterns = [
    path("access/", pages.api_tokens, name="api_tokens"),
    path("access/issue/", pages.api_token_issue, name="api_token_issue"),
    path("access/<int:number>/revoke/", pages.api_token_revoke, name="api_token_revoke"),
]
