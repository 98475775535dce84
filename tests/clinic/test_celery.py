"""Whatever process Django runs in publishes to the broker of our settings."""

import subprocess
import sys

SCRIPT = """
import django
django.setup()
from clinic.tasks import deliver
print(deliver.app.main, deliver.app.conf.broker_url)
"""


def test_a_web_process_knows_the_broker():
    """In a process of its own: under test, something else may have imported the application already."""
    environment = {"DJANGO_SETTINGS_MODULE": "clinic.settings", "REDIS_URL": "redis://redis.example:6379/1"}
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["clinic", "redis://redis.example:6379/1"]
