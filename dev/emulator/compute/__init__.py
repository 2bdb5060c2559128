"""Microsoft.Compute: managed images, compute galleries, and the machines that may still use an image."""

from dev.emulator.compute import images, operation_status
from dev.emulator.routes import Routes


def register(routes: Routes) -> None:
    images.register(routes)
    operation_status.register(routes)
