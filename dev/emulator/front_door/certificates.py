"""TLS for loopback: a throw-away authority, and a CA file that clients can use for everything they call."""

import ssl
from pathlib import Path

import certifi
import trustme

HOSTS = ("localhost", "127.0.0.1")


def server_context(ca_file: Path) -> ssl.SSLContext:
    """Makes an authority and a server certificate; writes certifi's bundle plus the authority to `ca_file`."""
    authority = trustme.CA()
    ca_file.parent.mkdir(parents=True, exist_ok=True)
    ca_file.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + authority.cert_pem.bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*HOSTS).configure_cert(context)
    return context
