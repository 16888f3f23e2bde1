from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("invitation/", views.accept, name="accept"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<int:user_id>/", views.person, name="person"),
    path("people/<int:user_id>/active/", views.set_active, name="set_active"),
    path("people/invitations/<uuid:invitation_id>/withdraw/", views.withdraw, name="withdraw"),
]
