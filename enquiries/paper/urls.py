from django.urls import path

from enquiries.paper import views

urlpatterns = [path("enquiries/new/", views.enquiry_new, name="enquiry_new")]
