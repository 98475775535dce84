"""Countries that customers of Indian clinics come from, by their three letters (ISO 3166-1 alpha-3). Pure."""

from django.utils.translation import gettext_lazy as _

INDIA = "IND"
COUNTRIES = [
    (INDIA, _("India")),
    ("AFG", _("Afghanistan")), ("AUS", _("Australia")), ("BHR", _("Bahrain")), ("BGD", _("Bangladesh")),
    ("BTN", _("Bhutan")), ("CAN", _("Canada")), ("CHN", _("China")), ("EGY", _("Egypt")), ("ETH", _("Ethiopia")),
    ("FRA", _("France")), ("DEU", _("Germany")), ("GHA", _("Ghana")), ("IDN", _("Indonesia")), ("IRN", _("Iran")),
    ("IRQ", _("Iraq")), ("IRL", _("Ireland")), ("ITA", _("Italy")), ("JPN", _("Japan")), ("KEN", _("Kenya")),
    ("KWT", _("Kuwait")), ("MYS", _("Malaysia")), ("MDV", _("Maldives")), ("MUS", _("Mauritius")),
    ("MMR", _("Myanmar")), ("NPL", _("Nepal")), ("NLD", _("Netherlands")), ("NZL", _("New Zealand")),
    ("NGA", _("Nigeria")), ("OMN", _("Oman")), ("PAK", _("Pakistan")), ("PHL", _("Philippines")), ("QAT", _("Qatar")),
    ("RUS", _("Russia")), ("RWA", _("Rwanda")), ("SAU", _("Saudi Arabia")), ("SGP", _("Singapore")),
    ("SOM", _("Somalia")), ("ZAF", _("South Africa")), ("ESP", _("Spain")), ("LKA", _("Sri Lanka")),
    ("SDN", _("Sudan")), ("TZA", _("Tanzania")), ("THA", _("Thailand")), ("TUR", _("Türkiye")), ("UGA", _("Uganda")),
    ("ARE", _("United Arab Emirates")), ("GBR", _("United Kingdom")), ("USA", _("United States")),
    ("UZB", _("Uzbekistan")), ("VNM", _("Vietnam")), ("YEM", _("Yemen")), ("ZMB", _("Zambia")), ("ZWE", _("Zimbabwe")),
]  # fmt: skip
NAMES = dict(COUNTRIES)
