"""Each shared component says what it is given, and nothing in a page is refused by the content policy."""

import re
import shutil
from decimal import Decimal
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings as project
from django.core.files.storage import FileSystemStorage
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from clinic import static_files
from clinic.charts import Point, axis, bars
from clinic.refusals import Refusal
from clinic.registries import Found
from clinic.templatetags.clinic import avatar, dots, hue, icon, initials

TEMPLATES = Path(project.BASE_DIR) / "templates"
STYLES = Path(project.BASE_DIR) / "static" / "css"


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def draw(component: str, /, **context) -> str:
    return " ".join(render_to_string(f"components/{component}.html", context).split())


class Registration(forms.Form):
    name = forms.CharField(help_text="As on the ID.")
    skin = forms.ChoiceField(choices=[("d", "Dry"), ("o", "Oily")], widget=forms.RadioSelect)
    agrees = forms.BooleanField(label="Agrees to messages", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("Somebody has this phone.")


def test_a_field_names_its_hint_and_its_error():
    html = Registration({"name": ""})["name"].as_field_group()
    assert '<label for="id_name">Name' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext">As on the ID.' in html
    assert 'id="id_name_error">This field is required.' in html


def test_a_choice_is_a_group_with_a_name():
    html = Registration()["skin"].as_field_group()
    assert html.startswith("<fieldset") and html.endswith("</fieldset>")
    assert "<legend>Skin" in html
    assert html.count('type="radio"') == 2


def test_a_tick_stands_inside_its_label():
    html = Registration()["agrees"].as_field_group()
    assert re.search(
        r'<label for="id_agrees"><input type="checkbox"[^>]*><span>Agrees to messages</span>', html
    )


def test_a_form_lists_its_errors_first_and_keeps_hidden_fields():
    html = str(Registration({"name": "", "token": "abc"}))
    assert html.index("Somebody has this phone.") < html.index("<label")
    assert '<a href="#id_name">Name</a>: This field is required.' in html
    assert '<input type="hidden" name="token" value="abc"' in html


def test_what_people_type_is_escaped():
    html = draw("alert", title="<b>", text="<script>")
    assert "&lt;b&gt;" in html and "<script>" not in html
    assert "&lt;img" in str(Registration({"name": "<img>"}))


def test_an_avatar_keeps_its_colour_and_skips_titles():
    assert initials("Dr. Reena Sharma") == "RS"
    assert initials("Priya") == "P"
    assert initials("") == ""
    assert hue("Priya Mehta") == hue(" priya mehta ") in range(0, 360, 30)
    drawn = avatar("Priya Mehta", size="l")
    assert drawn == f'<span class="avatar hue-{hue("Priya Mehta")} l" aria-hidden="true">PM</span>'


def test_every_hue_has_its_rule():
    rules = set(re.findall(r"&\.hue-(\d+)", (STYLES / "badges.css").read_text()))
    assert {hue(f"person {n}") for n in range(500)} == {int(rule) for rule in rules}


def test_icons_are_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in icon("calendar")
    assert 'width="28"' in icon("calendar", 28)


def test_dots_and_meter_say_in_words_what_they_show():
    drawn = dots(["done", "next", ""], "1 of 3 sessions done")
    assert 'aria-label="1 of 3 sessions done"><li class="done"></li><li class="next"></li><li></li>' in drawn
    assert 'aria-label="2 left"><rect width="40%"' in draw("meter", percent=40, label="2 left", low=True)


def test_facts_leave_out_what_is_empty():
    html = draw("facts", facts=[("Born", "1997"), ("E-mail", ""), ("Visits", 0)])
    assert "<dt>Born</dt><dd>1997</dd><dt>Visits</dt><dd>0</dd>" in html and "E-mail" not in html


def test_a_stat_is_a_link_only_with_somewhere_to_go():
    assert draw("stat", label="Low stock", value=3).startswith('<div class="card stat">')
    assert draw("stat", label="Low stock", value=3, url="/x/").startswith('<a class="card stat" href="/x/">')


def test_pagination_keeps_the_rest_of_the_query():
    request = RequestFactory().get("/", {"q": "priya", "page": "2"})
    html = draw("pagination", page=Paginator(range(30), 10).get_page(2), request=request)
    assert 'rel="prev" href="?q=priya&amp;page=1"' in html
    assert 'rel="next" href="?q=priya&amp;page=3"' in html
    assert draw("pagination", page=Paginator(range(3), 10).get_page(1), request=request) == ""


@pytest.mark.parametrize(
    ("sort", "state", "target"),
    [
        ("name", "ascending", "?sort=-name"),
        ("-name", "descending", "?sort=name"),
        ("age", None, "?sort=name"),
    ],
)
def test_a_sort_header_turns_round_and_goes_back_to_the_first_page(sort, state, target):
    request = RequestFactory().get("/", {"sort": sort, "page": "4"})
    html = draw("sort_header", key="name", label="Name", sort=sort, request=request)
    assert f'href="{target}"' in html
    assert (f'aria-sort="{state}"' in html) if state else ("aria-sort" not in html)


def test_messages_that_warn_interrupt_and_others_wait():
    class Message(str):
        level_tag = "success"

    class Warned(Message):
        level_tag = "error"

    html = draw("messages", messages=[Message("Saved."), Warned("Taken.")])
    assert re.search(r'toast success" role="status"> <span class="text">Saved\.', html)
    assert re.search(r'toast error" role="alert"> <span class="text">Taken\.', html)


def test_bars_reach_the_top_once_and_never_leave_the_drawing():
    points = [Point("1 Feb", Decimal("50"), "₹50"), Point("2 Feb", 0, "₹0"), Point("3 Feb", 100, "₹100")]
    drawn = bars(points, current=2)
    assert [bar.height for bar in drawn] == ["50.00%", "0.00%", "100.00%"]
    assert [bar.y for bar in drawn] == ["50.00%", "100.00%", "0.00%"]
    assert [bar.current for bar in drawn] == [False, False, True]
    assert float(drawn[-1].x[:-1]) + float(drawn[-1].width[:-1]) <= 100
    assert bars([]) == [] and bars([Point("a", 0, "0")])[0].height == "0.00%"


def test_the_axis_names_the_first_and_the_last():
    points = [Point(str(day), 1, "1") for day in range(1, 31)]
    labels = axis(points)
    assert (labels[0], labels[-1], len(labels)) == ("1", "30", 4)
    assert axis(points[:2]) == ["1", "2"]


def test_a_chart_carries_its_figures_for_whoever_cannot_see_it():
    html = draw(
        "bar_chart", bars=bars([Point("1 Feb", 5, "₹5")]), axis=["1 Feb"], title="Sales", column="Sales"
    )
    assert 'role="img" aria-label="Sales"' in html
    assert '<td>1 Feb</td><td class="num">₹5</td>' in html


def test_the_shell_moves_desk_entries_into_the_menu_of_a_phone():
    entry = {"url": "/stock/", "icon": "package", "title": "Stock", "desk": True, "current": True}
    html = render_to_string("base.html", {"menu": [entry], "shell": {"clinic_name": "Linqs"}})
    assert html.count('href="/stock/"') == 2
    assert html.count('aria-current="page"') == 2
    assert '<a href="/stock/" class="desk"' in html


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf"])
def test_error_pages_need_no_context(name):
    html = render_to_string(f"{name}.html")
    assert "<h1>" in html and 'href="/"' in html


def test_demo_logins_are_shown_only_when_given():
    login = {"who": "Owner", "username": "reena", "password": "demo"}
    assert "data-fill-username" not in render_to_string("staff/sign_in.html", {"form": Registration()})
    html = render_to_string("staff/sign_in.html", {"form": Registration(), "demo_logins": [login]})
    assert 'data-fill-username="reena" data-fill-password="demo"' in html


def test_money_is_written_as_in_india():
    text = Template("{{ amount|rupees }} {{ amount|grouped }} {{ nothing|rupees }}")
    assert text.render(Context({"amount": Decimal("123456"), "nothing": None})) == "₹1,23,456.00 1,23,456.00 "


def test_each_drawing_of_a_form_has_its_own_idempotency_key():
    drawn = Template("{% idempotency_key %}|{% idempotency_key %}").render(Context()).split("|")
    assert len(set(drawn)) == 2


def test_search_groups_what_it_found_by_kind():
    found = [
        Found("Customers", "Priya Mehta", "98765", "/c/1/"),
        Found("Customers", "Priya Nair", "", "/c/2/"),
        Found("Bills", "INV-1", "", "/b/1/"),
    ]
    html = render_to_string("clinic/search.html#results", {"found": found, "words": "pri"})
    assert re.findall("<h2>(.*?)</h2>", html) == ["Customers", "Bills"]
    assert 'href="/c/2/"' in html
    assert "Nothing found for “xyz”" in render_to_string(
        "clinic/search.html#results", {"found": [], "words": "xyz"}
    )


def test_a_refusal_says_its_sentence():
    html = render_to_string("refused.html", {"refusal": Refusal("That slot is taken.", offers=["10:30"])})
    assert "That slot is taken." in html and "<li>10:30</li>" in html


REFUSED_BY_THE_POLICY = re.compile(
    r"""\sstyle=|<style\b|<script(?![^>]*\bsrc=)|\shx-on|\son(?:click|change|submit|load|input)=|javascript:|https?://(?!www\.w3\.org)""",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(TEMPLATES.rglob("*.html")) if "paper" not in path.parts],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_no_page_carries_what_the_content_policy_refuses(path):
    found = REFUSED_BY_THE_POLICY.search(path.read_text())
    assert found is None, found and found.group()


def test_every_style_sheet_is_linked_and_stays_small():
    sheets = {path.stem: path.read_text().count("\n") for path in STYLES.glob("*.css")}
    del sheets["admin"]  # linked by the administration alone
    assert sorted(static_files.SHEETS) == sorted(sheets)
    assert next(iter(static_files.SHEETS)) == "tokens"
    assert max(sheets.values()) < 300
    linked = re.findall(r'href="/static/css/([\w-]+).css" media="(.*?)"', unescape(static_files.links()))
    assert linked == [(name, media or "all") for name, media in static_files.SHEETS.items()]


def test_collected_the_style_sheets_are_one(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    shutil.copytree(STYLES, tmp_path / "css")
    sheets = {f"css/{name}.css": STYLES / f"{name}.css" for name in static_files.SHEETS}
    found = {name: (FileSystemStorage(project.BASE_DIR / "static"), name) for name in sheets}
    storage = static_files.Storage(location=tmp_path, base_url="/static/")
    assert {name: done for name, _hashed, done in storage.post_process(found)}[static_files.ONE]
    one = (tmp_path / storage.stored_name(static_files.ONE)).read_text()
    assert one.startswith(sheets["css/tokens.css"].read_text())
    assert all(sheet.read_text() in one for sheet in sheets.values())
    assert "@media print {\n" in one


def test_avatar_and_field_names_are_escaped_in_attributes():
    login = SimpleNamespace(who='"><script>', username="a", password="b")
    html = render_to_string("staff/sign_in.html", {"form": Registration(), "demo_logins": [login]})
    assert "><script>" not in html.replace("></script>", "")
