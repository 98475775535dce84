"""The Celery application. Tasks are shells in each app's `tasks.py`: load by id, call a verb."""

import os
from typing import Any

from celery import Celery, Task
from django.db import connection

from clinic.audit import Context, acting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")


class Job(Task):
    """A task acts for nobody: the audit names the task and its id."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting(Context(path=f"task {self.name}", request=self.request.id or ""), connection):
            return super().__call__(*args, **kwargs)


app = Celery("clinic", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
