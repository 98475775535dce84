"""The diagram in the docs is the transition table."""

from pathlib import Path

from django.conf import settings

from appointments.models import Appointment


def test_the_docs_draw_the_transition_table():
    lines = ["stateDiagram-v2", "    [*] --> scheduled: book"]
    for verb, (sources, to) in Appointment.TRANSITIONS.items():
        order = [status for status in Appointment.Status.values if status in sources]
        lines += [f"    {source} --> {to}: {verb}" for source in order]
    lines += [f"    {status} --> {status}: reschedule" for status in sorted(Appointment.MOVABLE)]
    expected = "```mermaid\n" + "\n".join(lines) + "\n```"
    assert expected in (Path(settings.BASE_DIR) / "docs" / "appointments.md").read_text()
