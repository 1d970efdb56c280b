from django.urls import path

from enquiries.letters import views, views_post, views_templates

_ENQUIRY = "hub/enquiries/<str:reference>/"
_SETTINGS = "hub/settings/messages/"

urlpatterns = [
    path(f"{_ENQUIRY}messages/", views.enquiry_messages, name="enquiry_messages"),
    path(f"{_ENQUIRY}messages/write/", views.message_choose, name="message_choose"),
    path(f"{_ENQUIRY}messages/write/<slug:code>/", views.message_write, name="message_write"),
    path(f"{_ENQUIRY}postal-address/", views.postal_address, name="postal_address"),
    path(f"{_ENQUIRY}nudges/<int:nudge>/call-off/", views.nudge_call_off, name="nudge_call_off"),
    path("hub/letters/", views_post.letters_to_print, name="letters_to_print"),
    path("hub/letters/<int:letter>/letter.pdf", views_post.letter_as_pdf, name="letter_as_pdf"),
    path("hub/letters/<int:letter>/posted/", views_post.letter_posted, name="letter_posted"),
    path(_SETTINGS, views_templates.message_templates, name="message_templates"),
    path(f"{_SETTINGS}new/", views_templates.message_template_new, name="message_template_new"),
    path(f"{_SETTINGS}<slug:code>/", views_templates.message_template, name="message_template"),
    path(f"{_SETTINGS}<slug:code>/edit/", views_templates.message_template_edit, name="message_template_edit"),
    path(
        f"{_SETTINGS}<slug:code>/versions/<int:version>/", views_templates.message_template,
        name="message_template_version",
    ),
]  # fmt: skip
