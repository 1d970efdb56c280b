def test_an_address_that_no_database_can_look_for_is_a_plain_400(sign_in, worker):
    client = sign_in(worker)
    assert client.get("/hub/enquiries/AB%00CD/").status_code == 400
    for path, status in {"/hub/?campaign=%00": 200, "/hub/?queue=%00&after=%00": 200,
                         "/hub/settings/messages/x/?reference=a%00b": 403}.items():  # fmt: skip
        assert client.get(path).status_code == status, path
    assert client.get("/hub/?campaign=%2500").status_code == 200


def test_pages_may_run_our_own_scripts_only_and_a_signed_in_persons_page_is_not_kept(sign_in, worker, client):
    public = client.get("/accounts/login/")
    assert "script-src 'self'" in public.headers["Content-Security-Policy"]
    signed_in = sign_in(worker).get("/accounts/password/change/")
    assert "no-store" in signed_in.headers["Cache-Control"]
