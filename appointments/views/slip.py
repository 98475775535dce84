"""The appointment slip on paper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from appointments import paper
from appointments.models import Appointment
from appointments.views.visit import visible
from clinic.audit import notes
from clinic.permissions import Permission, requires


@requires(Permission.APPOINTMENTS_VIEW)
@require_GET
@notes.prints(Appointment)
def slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A PDF, drawn anew each time: A5, or with `?format=slip` on a roll of 80 mm."""
    visit = visible(request, pk)
    form = "slip" if request.GET.get("format") == "slip" else "a5"
    name = f'inline; filename="{visit.number}.pdf"'
    return HttpResponse(
        paper.draw(visit, form), content_type="application/pdf", headers={"Content-Disposition": name}
    )
