"""The shipped app on a local host of its own, with the settings that tests share, on an emulated Azure."""

from collections import deque
from contextlib import contextmanager
from pathlib import Path

from dev.app_events import APP_IDENTITY, send_events
from dev.host import running_host
from tests.support.documents import GALLERY_ID
from tests.support.running.app import App

APP_DIR = Path(__file__).parents[3]


def app_environment(azure, **settings):
    """What an app on this Azure is told: where it is, its gallery, and to wait for nothing longer than a moment."""
    return {
        **azure.emulator.environment,
        **APP_IDENTITY,
        "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
        "MIGRATION_GALLERY": GALLERY_ID,
        "MIGRATION_POLL_INTERVAL": "PT0.2S",
        **settings,
    }


@contextmanager
def running_app(azure, **settings):
    with running_host(APP_DIR, environment=app_environment(azure, **settings)) as host:
        yield App(host, azure)


@contextmanager
def running_app_that_hears(azure):
    """An app that is sent the events of its Azure."""
    with running_app(azure) as app:
        send_events(azure.control, app.host.event_grid_url("image_tagged"))
        yield app


class InAdvance:
    """A stock of what takes some seconds to get ready, started two at a time: they take hardly longer than one."""

    AT_A_TIME = 2

    def __init__(self, start, ready):
        self._start, self._ready = start, ready
        self._started = deque()

    def take(self):
        if not self._started:
            self._started.extend(self._start() for _ in range(self.AT_A_TIME))
        return self._ready(self._started.popleft())
