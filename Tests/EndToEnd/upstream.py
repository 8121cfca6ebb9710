#!/usr/bin/env python3
"""An API on "the Internet": upstream.py CERTIFICATE KEY LOG

HTTPS on every address of the namespace, port 443. Each request is a line of LOG, as JSON: host, method, path, the
Authorization header, who asked. The answer repeats that header, as careless APIs do. A path that begins with /v1/stream
has no end of its own: a piece each tenth of a second for as long as somebody takes them, then a line with the time.
"""

import http.server
import json
import ssl
import sys
import threading
import time

certificate, key, log = sys.argv[1:]
lock = threading.Lock()


def note(entry):
    with lock, open(log, "a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        credential = self.headers.get("Authorization")
        entry = {
            "host": self.headers.get("Host"),
            "method": self.command,
            "path": self.path,
            "authorization": credential,
            "from": self.client_address[0],
        }
        note(entry)
        if self.path.startswith("/v1/stream"):
            self.stream()
            return
        body = json.dumps({"path": self.path, "you sent": credential}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"5\r\ntick\n\r\n")
                time.sleep(0.1)
        except OSError:
            note({"ended": self.path, "at": time.time()})
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("0.0.0.0", 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
