from django.urls import include, path

from handover import views_portal as views
from handover.package import EARLIER_SCHEMAS, SCHEMA_VERSION
from handover.views_funnel import portal_funnel
from handover.views_own_settings import portal_settings

urlpatterns = [
    path("", views.referrals, name="referrals"),
    path(f"schemas/handover-{SCHEMA_VERSION}.json", views.handover_schema, name="handover_schema"),
    *(
        path(
            f"schemas/handover-{version}.json",
            views.handover_schema,
            {"version": version},
            name="handover_schema_before",
        )
        for version in EARLIER_SCHEMAS
    ),
    path("funnel/", portal_funnel, name="portal_funnel"),
    path("your-settings/", portal_settings, name="portal_settings"),
    path("practice/", include("handover.practice.urls")),
    path("figures/", include("handover.figures.urls")),
    path("team/", include("handover.team.urls")),
    path("<str:reference>/", views.referral, name="referral"),
    path("<str:reference>/accept/", views.referral_accept, name="referral_accept"),
    path("<str:reference>/decline/", views.referral_decline, name="referral_decline"),
    path("<str:reference>/return/", views.referral_return, name="referral_return"),
    path("<str:reference>/package.pdf", views.referral_pdf, name="referral_pdf"),
    path("<str:reference>/package.json", views.referral_json, name="referral_json"),
    path("<str:reference>/package.csv", views.referral_csv, name="referral_csv"),
    path("<str:reference>/milestones/", views.milestones, name="milestones"),
    path("<str:reference>/milestones/<int:fact_id>/", views.milestone_correct, name="milestone_correct"),
    path("<str:reference>/worker/", views.referral_worker, name="referral_worker"),
    path("<str:reference>/end/", views.referral_end, name="referral_end"),
]
