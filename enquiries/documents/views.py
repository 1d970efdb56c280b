from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.casework.page import open_record, page_of
from enquiries.documents.forms import DocumentForm, RemoveForm
from enquiries.documents.services import add_document, remove_document
from enquiries.models import Document
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required


def open_document(request, reference: str, pk: int) -> Document:
    """The document whose file is there, of the enquiry named and visible to this person (else 404)."""
    enquiry = open_record(request, reference)
    theirs = Document.objects.visible_to(request.user).of(enquiry).kept()
    return get_object_or_404(theirs.select_related("enquiry__merged_into"), pk=pk)


@right_required("read_people")
@require_http_methods(["GET", "POST"])
def enquiry_documents(request, reference):
    enquiry = open_record(request, reference)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DocumentForm(posted[0], files=posted[1], enquiry=enquiry, user=request.user)
    if form.is_valid():
        try:
            document = add_document(enquiry=enquiry, by=request.user, **form.details())
        except Refused as refusal:
            enquiry.refresh_from_db()
            form.refuse(str(refusal), version=enquiry.version)
        else:
            messages.success(request, f"“{document.name}” is kept.")
            return redirect("enquiry_documents", enquiry.reference)
    documents = Document.objects.of(enquiry).select_related("added_by", "removed_by")
    context = {"documents": documents, "form": form, **page_of(request, enquiry, "enquiry_documents")}
    return render(request, "documents/enquiry_documents.html", context)


@right_required("read_people")
@require_GET
def enquiry_document(request, reference, document):
    record = open_document(request, reference, document)
    try:
        file = record.file.open("rb")
    except FileNotFoundError as fault:
        raise Refused(f"“{record.name}” is not where it was kept. Tell whoever runs the system.") from fault
    log_access(by=request.user, action="document_read", reference=reference)
    answer = FileResponse(file, as_attachment=True, filename=record.name)
    answer["Content-Type"] = record.content_type
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store"
    return answer


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def enquiry_document_remove(request, reference, document):
    record = open_document(request, reference, document)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        remove_document(document=record, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, f"“{record.name}” is removed.")
        return redirect("enquiry_documents", reference)
    return render(
        request, "documents/enquiry_document_remove.html", {"document": record, "form": form, "reference": reference}
    )
