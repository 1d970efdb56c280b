from django.urls import path

from enquiries.documents import views

urlpatterns = [
    path("enquiries/<str:reference>/documents/", views.enquiry_documents, name="enquiry_documents"),
    path("enquiries/<str:reference>/documents/<int:document>/", views.enquiry_document, name="enquiry_document"),
    path(
        "enquiries/<str:reference>/documents/<int:document>/remove/",
        views.enquiry_document_remove,
        name="enquiry_document_remove",
    ),
]
