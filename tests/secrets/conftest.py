# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that repeats all it is told: what a proxy's debugging page or a careless error message may do.

The first part of the path says how: /denies answers every request so, /login only those after a login, /page as an
HTML page, /breaks with a JSON that is none of the API's.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@pytest.fixture(scope="module")
def gossip(canary_token: str) -> Iterator[str]:
    """The server's address; a login there gives C(canary_token)."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            heard = f"{self.headers} {body}"
            manner = self.path.split("/")[1]
            if manner == "login" and self.path.endswith("/authenticate"):
                self.send(200, json.dumps({"data": {"token": canary_token}, "error": 0}))
            elif manner == "login" and self.command == "GET":
                self.send(200, json.dumps({"data": {"affected_items": [], "total_affected_items": 0}, "error": 0}))
            elif manner == "breaks":
                self.send(200, json.dumps({"data": {heard: heard}, "error": 0}))
            elif manner == "page":
                self.send(502, f"<pre>{heard}</pre>" * 3)
            else:
                self.send(400, json.dumps({"title": "Bad Request", "detail": heard, "remediation": body, "error": 1}))

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server calls

        def send(self, status: int, text: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing: stderr is for what goes wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
