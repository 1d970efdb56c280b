from django.urls import path

from handover.rows import views

urlpatterns = [
    path("upload/", views.milestone_uploads, name="milestone_uploads"),
    path("download/", views.milestone_download, name="milestone_download"),
    path("upload/<int:number>/", views.milestone_upload, name="milestone_upload"),
    path("upload/<int:number>/take/", views.milestone_upload_take, name="milestone_upload_take"),
    path("upload/<int:number>/leave/", views.milestone_upload_leave, name="milestone_upload_leave"),
]
