from django.urls import path

from enquiries.tasks import views

urlpatterns = [
    path("tasks/", views.my_tasks, name="my_tasks"),
    path("tasks/new/", views.task_new, name="task_new"),
    path("tasks/morning-email/", views.task_digest, name="task_digest"),
    path("tasks/<int:task>/", views.task, name="task"),
    path("tasks/<int:task>/done/", views.task_finish, name="task_finish"),
    path("enquiries/<str:reference>/tasks/", views.enquiry_tasks, name="enquiry_tasks"),
]
