#!/usr/bin/env python3
"""An API on "the Internet": upstream.py CERTIFICATE KEY LOG

HTTPS on every address of the namespace, port 443. Each request is a line of LOG, as JSON: host, method, path, the
Authorization header, who asked. The answer repeats that header, as careless APIs do.
"""

import http.server
import json
import ssl
import sys
import threading

certificate, key, log = sys.argv[1:]
lock = threading.Lock()


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
        with lock, open(log, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        body = json.dumps({"path": self.path, "you sent": credential}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("0.0.0.0", 443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
