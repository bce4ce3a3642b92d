"""An object store as other machines reach it: as much of S3 as the vault needs, in memory."""

import re
import threading
from collections.abc import Iterator
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape, unescape

_NOT_FOUND = "<Error><Code>NoSuchKey</Code><Message>not there</Message></Error>"


class ObjectStore:
    """Serves on loopback while it is entered; `objects` are the bytes by bucket/key."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.refusing = False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a vault finds it."""
        scheme = "http"
        return {
            "AWS_ENDPOINT_URL": f"{scheme}://127.0.0.1:{self.server.server_port}",
            "AWS_ACCESS_KEY_ID": "an",
            "AWS_SECRET_ACCESS_KEY": "bi-mat",
            "AWS_REGION": "vn",
            "AWS_ALLOW_HTTP": "true",
        }

    def __enter__(self) -> "ObjectStore":
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _handler(store: ObjectStore) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Silent."""

        def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", headers.pop("length", str(len(body))))
            self.send_header("Last-Modified", "Sun, 22 Nov 2026 01:00:00 GMT")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def asked(self) -> tuple[str, dict[str, str], bytes]:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return unquote(parts.path).lstrip("/"), query, body

        def refused(self) -> bool:
            if store.refusing:
                self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return store.refusing

        def do_PUT(self) -> None:
            key, query, body = self.asked()
            if self.refused():
                return
            if "uploadId" in query:
                store.parts[query["uploadId"]][int(query["partNumber"])] = body
            else:
                store.objects[key] = body
            self.answer(200, ETag=f'"{md5(body).hexdigest()}"')

        def do_POST(self) -> None:
            key, query, body = self.asked()
            if self.refused():
                return
            if "uploads" in query:
                upload = uuid4().hex
                store.parts[upload] = {}
                told = (
                    "<InitiateMultipartUploadResult>"
                    f"<UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
                )
            elif "delete" in query:
                gone = re.findall(r"<Key>(.*?)</Key>", body.decode())
                for name in gone:
                    store.objects.pop(f"{key.rstrip('/')}/{unescape(name)}", None)
                told = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in gone)
                told = f"<DeleteResult>{told}</DeleteResult>"
            else:
                parts = store.parts.pop(query["uploadId"])
                store.objects[key] = b"".join(parts[number] for number in sorted(parts))
                told = (
                    "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"
                )
            self.answer(200, told.encode())

        def do_HEAD(self) -> None:
            key, _, _ = self.asked()
            if self.refused():
                return
            if key not in store.objects:
                self.answer(404)
                return
            self.answer(200, ETag='"x"', length=str(len(store.objects[key])))

        def do_GET(self) -> None:
            key, query, _ = self.asked()
            if self.refused():
                return
            if "list-type" in query:
                self.answer(200, _listing(store, key, query.get("prefix", "")).encode())
            elif key not in store.objects:
                self.answer(404, _NOT_FOUND.encode())
            else:
                self.answer(200, store.objects[key], ETag='"x"')

    return Handler


def _listing(store: ObjectStore, bucket: str, prefix: str) -> str:
    return "".join(_lines(store, bucket.rstrip("/") + "/", prefix))


def _lines(store: ObjectStore, bucket: str, prefix: str) -> Iterator[str]:
    yield "<ListBucketResult><IsTruncated>false</IsTruncated>"
    for key, body in sorted(store.objects.items()):
        if key.startswith(bucket + prefix):
            yield (
                f"<Contents><Key>{escape(key.removeprefix(bucket))}</Key>"
                f"<LastModified>2026-11-22T01:00:00.000Z</LastModified>"
                f'<ETag>"x"</ETag><Size>{len(body)}</Size></Contents>'
            )
    yield "</ListBucketResult>"
