"""A mirror of kehoach in SQLite: python receiver.py mirror.db 8400 whsec_… (one secret or two)."""

import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

path, port, *secrets = sys.argv[1:]  # two secrets while one is changed
mirror = sqlite3.connect(path)
mirror.execute("CREATE TABLE IF NOT EXISTS mirror (subject PRIMARY KEY, revision INT, state TEXT)")


def genuine(headers, body):
    """Signed by one of our secrets, and not older or newer than five minutes."""
    moment, message = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > 300:
        return False
    given = [one[3:] for one in headers.get("webhook-signature", "").split() if one[:3] == "v1,"]
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"{message}.{moment}.".encode() + body, hashlib.sha256).digest()
        if any(hmac.compare_digest(one, base64.b64encode(digest).decode()) for one in given):
            return True
    return False


def take(event):
    """Keeps what is newer than what is there: twice, late or out of order does no harm."""
    data = event["data"]
    state = None if data["after"] is None else json.dumps(data["after"], ensure_ascii=False)
    with mirror:
        mirror.execute(
            "INSERT INTO mirror VALUES (?, ?, ?) ON CONFLICT (subject) DO UPDATE SET "
            "revision = excluded.revision, state = excluded.state "
            "WHERE excluded.revision > mirror.revision",
            (event["subject"], data["revision"], state),
        )


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        good = genuine(self.headers, body)
        if good:
            take(json.loads(body))
        self.send_response(204 if good else 401)
        self.end_headers()


HTTPServer(("127.0.0.1", int(port)), Receiver).serve_forever()
