"""Receives telemetry on loopback: OTLP over HTTP, and what the Azure Monitor exporter posts."""

import gzip
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Receiver:
    """Everything received so far. Safe to read while more arrives."""

    def __init__(self, url):
        self.url = url
        self.raw = b""
        self.services = set()
        self._spans = []
        self._points = {}
        self.envelopes = []

    def take(self, path, body):
        self.raw += body
        if path.endswith("/v1/traces"):
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                self.services.add(_attributes(resource.resource)["service.name"])
                self._spans += [span for scope in resource.scope_spans for span in scope.spans]
        elif path.endswith("/v1/metrics"):
            for measured in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                for metric in [metric for scope in measured.scope_metrics for metric in scope.metrics]:
                    self._take_metric(metric)
        elif path.endswith("/track"):
            self.envelopes += [item for line in body.decode().splitlines() for item in _list(json.loads(line))]

    def _take_metric(self, metric):
        data = getattr(metric, metric.WhichOneof("data"))
        for point in data.data_points:
            key = metric.name, frozenset(_attributes(point).items())
            self._points[key] = point

    @property
    def spans(self):
        return [Span(span) for span in list(self._spans)]

    def points(self, name):
        """The latest point of each series of a metric, as (attributes, point)."""
        return [(dict(attributes), point) for (known, attributes), point in list(self._points.items()) if known == name]

    def value(self, name, **attributes):
        """The number that a counter or gauge has now; None before its first export."""
        points = [point for known, point in self.points(name) if known == attributes]
        return (points[0].as_int or points[0].as_double) if points else None


class Span:
    def __init__(self, span):
        self.name = span.name
        self.trace_id = int.from_bytes(span.trace_id)
        self.span_id = int.from_bytes(span.span_id)
        self.parent_id = int.from_bytes(span.parent_span_id)
        self.links = {int.from_bytes(link.trace_id) for link in span.links}
        self.attributes = _attributes(span)
        self.is_error = span.status.code == span.status.STATUS_CODE_ERROR
        self.error = span.status.message
        self.seconds = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9


def _attributes(item):
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in item.attributes}


def _list(value):
    return value if isinstance(value, list) else [value]


@contextmanager
def running_receiver():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            receiver.take(self.path, body)
            answer = b'{"itemsReceived": 1, "itemsAccepted": 1, "errors": []}' if "track" in self.path else b""
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
