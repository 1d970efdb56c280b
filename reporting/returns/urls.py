from django.urls import path

from reporting.returns import addresses, views, views_signed

addresses.register()

urlpatterns = [
    path("", views.returns, name="returns"),
    path("recipients/", views_signed.return_recipients, name="return_recipients"),
    path("recipients/<int:recipient>/remove/", views_signed.return_recipient_remove, name="return_recipient_remove"),
    path("<period:period>/", views.return_page, name="return_page"),
    path("<period:period>/draft/", views.return_draft, name="return_draft"),
    path("<period:period>/check/", views.return_check, name="return_check"),
    path("<period:period>/narrative/", views.return_narrative, name="return_narrative"),
    path("<period:period>/ask/", views.return_ask, name="return_ask"),
    path("<period:period>/review/", views.return_review, name="return_review"),
    path("<period:period>/sign/", views.return_sign, name="return_sign"),
    path("<period:period>/send/", views_signed.return_send, name="return_send"),
    path("<period:period>/links/<int:link>/withdraw/", views_signed.return_link_withdraw, name="return_link_withdraw"),
    path("<period:period>/restate/", views_signed.return_restate, name="return_restate"),
    path("<period:period>/changes/", views_signed.return_changes, name="return_changes"),
    path("<period:period>/figures/<slug:line>/", views.return_figure, name="return_figure"),
    path("<period:period>/file.<format:form>", views.return_file, name="return_file"),
]
shared_urlpatterns = [
    path("<str:token>/", views_signed.return_shared, name="return_shared"),
    path("<str:token>/file.<format:form>", views_signed.return_shared_file, name="return_shared_file"),
]
