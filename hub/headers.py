"""Headers that tell the browser what a page of ours may do, and what it must not keep."""

# Our own files only: no inline script or style, no other site, no frame around us.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
    ]
)


class HeadersMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if request.session.accessed:  # as whoever asks for the user does
            # Somebody's record must not be read from the cache of a shared computer (OWASP ASVS 14.3.2).
            response.headers.setdefault("Cache-Control", "no-store")
        return response
