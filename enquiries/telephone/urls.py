from django.urls import path

from enquiries.telephone import views, views_household, views_lines, views_script

urlpatterns = [
    path("phone/", views.phone, name="phone"),
    path("phone/ringing/", views.phone_ringing, name="phone_ringing"),
    path("phone/ringing/<int:event>/take/", views.phone_take, name="phone_take"),
    path("enquiries/<str:reference>/call/", views_household.log_call, name="log_call"),
    path("enquiries/<str:reference>/call/save/", views_household.log_call_save, name="log_call_save"),
    path("phone/missed/<int:event>/", views.missed_call, name="missed_call"),
    path("phone/calls/<int:call>/", views.phone_call, name="phone_call"),
    path("phone/calls/<int:call>/save/", views.phone_call_save, name="phone_call_save"),
    path("phone/calls/<int:call>/drop/", views.phone_call_drop, name="phone_call_drop"),
    path("script/", views_script.call_scripts, name="call_scripts"),
    path("script/edit/", views_script.call_script_edit, name="call_script_edit"),
    path("script/<int:version>/", views_script.call_script, name="call_script"),
    path("line-tests/", views_lines.line_tests, name="line_tests"),
    path("callback-hours/", views_lines.callback_hours, name="callback_hours"),
    path("callback-hours/<int:hours>/end/", views_lines.callback_hours_end, name="callback_hours_end"),
]
