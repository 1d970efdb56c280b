def test_pages_may_run_our_own_scripts_only_and_a_signed_in_persons_page_is_not_kept(sign_in, worker, client):
    public = client.get("/accounts/login/")
    assert "script-src 'self'" in public.headers["Content-Security-Policy"]
    signed_in = sign_in(worker).get("/accounts/password/change/")
    assert "no-store" in signed_in.headers["Cache-Control"]
