"""Colours of the house: only those on which white can be read, on screen and on paper."""

import pytest
from django.urls import reverse

from clinic import colours, press
from clinic.models import Branch


@pytest.mark.parametrize(
    ("typed", "kept"), [("#0F766E", "#0f766e"), ("9a3412", "#9a3412"), ("#036", "#003366")]
)
def test_a_colour_is_kept_in_one_way(typed, kept):
    assert colours.check(typed) == kept


@pytest.mark.parametrize("typed", ["teal", "#12", "#ffee00", "#777777", "#0f766e; } body { display: none"])
def test_what_is_no_colour_or_too_pale_is_refused(typed):
    with pytest.raises(ValueError, match="colour"):
        colours.check(typed)


def test_contrast_is_that_of_wcag():
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21
    assert round(colours.contrast("#767676", "#ffffff"), 2) == 4.54
    assert colours.contrast("#123456", "#123456") == 1


def test_the_pages_of_the_branch_take_its_colours(sign_in, world):
    client = sign_in(world.owner)
    assert 'href="/brand.css' not in client.get("/").content.decode()
    Branch.objects.filter(pk=world.branch.pk).update(brand_colour="#9a3412", accent_colour="#0f766e")
    assert 'href="/brand.css' in client.get("/").content.decode()
    sheet = client.get(reverse("brand"))
    assert "--brand: light-dark(#9a3412" in sheet.content.decode() and sheet["Content-Type"] == "text/css"
    there = client.post(reverse("switch-branch"), {"branch": str(world.elsewhere.pk)})
    assert there.status_code == 302 and client.get(reverse("brand")).content == b""


def test_paper_takes_the_colour(tmp_path):
    sheet = tmp_path / "a4.css"
    sheet.write_text("h1 { color: #000 }")
    plain, tinted = (press.draw("<h1>Invoice</h1>", sheet, colour=colour) for colour in ("", "#9a3412"))
    assert plain != tinted
