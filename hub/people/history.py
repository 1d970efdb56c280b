from pghistory.middleware import HistoryMiddleware


class StaffHistoryMiddleware(HistoryMiddleware):
    """Row history says which member of staff changed a row. What enquirers do themselves their facts tell; adding
    who and where to every statement of theirs would cost a quarter of the time in which an enquiry is taken in."""

    def __call__(self, request):
        return super().__call__(request) if request.user.is_authenticated else self.get_response(request)
