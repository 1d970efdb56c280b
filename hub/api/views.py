"""What every view under /api/ shares, and the views that are the hub's own."""

from rest_framework.response import Response
from rest_framework.views import APIView

from hub.api.authentication import BearerAuthentication, HasScope, TokenThrottle
from hub.api.once import answer_once, asked_sha256, key_of
from hub.current import held_still


class ApiView(APIView):
    """Guarded by a token that has the `scope`. `guarded_by` says so to the test that walks every address."""

    guarded_by = "token"
    scope = ""
    http_method_names = ["get", "post", "put"]
    authentication_classes = [BearerAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [TokenThrottle]

    def dispatch(self, request, *args, **kwargs):
        with held_still():
            return super().dispatch(request, *args, **kwargs)

    @property
    def default_response_headers(self):
        return {**super().default_response_headers, "Cache-Control": "no-store"}

    def answer_once(self, request, answer) -> Response:
        """Answer a POST: once for each Idempotency-Key. `answer` gives status and body, or raises."""
        key = key_of(request)
        asked = asked_sha256(request.method, request.path, request.data)
        status, body = answer_once(token=request.auth, key=key, asked=asked, answer=answer)
        return Response(body, status=status)


class NoSuchAddress(ApiView):
    """Whatever else is asked for under /api/: said in the form of all other problems."""

    guarded_by = "nothing to see"
    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    schema = None

    def initial(self, request, *args, **kwargs):
        from django.http import Http404

        raise Http404
