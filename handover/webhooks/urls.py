from django.urls import path

from handover.webhooks import views

urlpatterns = [
    path("", views.connections, name="connections"),
    path("add/", views.endpoint_add, name="endpoint_add"),
    path("<int:number>/", views.endpoint, name="endpoint"),
    path("<int:number>/test/", views.endpoint_test, name="endpoint_test"),
    path("<int:number>/secret/", views.endpoint_secret, name="endpoint_secret"),
    path("<int:number>/pause/", views.endpoint_pause, name="endpoint_pause"),
    path("<int:number>/resume/", views.endpoint_resume, name="endpoint_resume"),
    path("<int:number>/remove/", views.endpoint_remove, name="endpoint_remove"),
    path("deliveries/<int:number>/", views.delivery, name="delivery"),
    path("deliveries/<int:number>/again/", views.delivery_again, name="delivery_again"),
    path("tokens/issue/", views.own_token_issue, name="own_token_issue"),
    path("tokens/<int:number>/revoke/", views.own_token_revoke, name="own_token_revoke"),
]
