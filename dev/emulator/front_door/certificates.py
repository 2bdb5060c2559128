"""TLS for loopback: a throw-away authority, and the CA file of its clients."""

import ssl
from pathlib import Path

import certifi
import trustme

HOSTS = ("localhost", "127.0.0.1")


def server_context(ca_file: Path, *, public: bool) -> ssl.SSLContext:
    """Makes an authority and a server certificate; writes the authority to `ca_file`.

    `public` adds certifi's bundle, for clients that call others than the emulator, too. Reading it costs every new
    connection of `requests` some 15 ms.
    """
    authority = trustme.CA()
    ca_file.parent.mkdir(parents=True, exist_ok=True)
    others = Path(certifi.where()).read_bytes() + b"\n" if public else b""
    ca_file.write_bytes(others + authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    return context
