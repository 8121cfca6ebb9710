#!/usr/bin/env python3
"""The demo's HTTPS servers: api.py PORT CERT KEY API_KEY_FILE LOG NAME=ADDRESS...

  GET  /orders   200 with the real key in "Authorization: Bearer ...", else 401
  any  /echo     shows all that arrived: the Authorization header in a header, the whole request in the body
  GET  /events   the same as server-sent events, cut in the middle of the credential
  GET  /hello    needs nothing

Each name is served on its own address, all alike, so a request that gets past the gateway shows. Every request is a line of
LOG: name, method, path and which key it came with ("real", "other" or "none"), never the key.
"""

import base64
import hmac
import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_BODY = 1 << 20


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name, address, tls, key, log):
        super().__init__(address, Handler)
        self.name, self.tls, self.key, self.log = name, tls, key, log

    def finish_request(self, request, client_address):
        """The handshake happens in the request's own thread: a silent client holds nobody up."""
        request.settimeout(30)
        try:
            with self.tls.wrap_socket(request, server_side=True) as connection:
                self.RequestHandlerClass(connection, client_address, self)
        except (ssl.SSLError, OSError) as error:
            print(f"{self.name}: connection ended: {error}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "palana-demo"

    def do_GET(self):
        length = int(self.headers.get("content-length") or 0)
        if length > LARGEST_BODY:
            return self.reply(413, {"error": "too large"})
        body = self.rfile.read(length)
        path = self.path.split("?")[0]
        print(self.server.name, self.command, path, self.key_kind(), file=self.server.log, flush=True)
        if path == "/orders":
            return self.orders()
        if path == "/echo":
            return self.echo(body)
        if path == "/events":
            return self.events()
        if path == "/hello":
            return self.reply(200, {"hello": self.server.name})
        return self.reply(404, {"error": "no such path"})

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def key_kind(self):
        """Which key the request came with."""
        given = self.headers.get("authorization")
        if given is None:
            return "none"
        return "real" if hmac.compare_digest(given.encode(), b"Bearer " + self.server.key) else "other"

    def orders(self):
        if self.key_kind() != "real":
            return self.reply(401, {"error": "this needs the real key"})
        return self.reply(200, {"orders": [{"id": 1, "item": "tea"}, {"id": 2, "item": "rice"}]})

    def echo(self, body):
        credential = self.headers.get("authorization", "")
        seen = {
            "key": self.key_kind(),
            "request": f"{self.command} {self.path} {self.request_version}",
            "headers": dict(self.headers.items()),
            "base64": base64.b64encode(credential.encode()).decode(),
            "body": body.decode("utf-8", "replace"),
        }
        return self.reply(200, seen, {"x-seen-authorization": credential})

    def events(self):
        credential = self.headers.get("authorization", "")
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        middle = len(credential) // 2
        for part in (f"data: {credential[:middle]}", f"{credential[middle:]}\n\n", "data: end\n\n"):
            self.wfile.write(f"{len(part.encode()):x}\r\n{part}\r\n".encode())
            self.wfile.flush()
            time.sleep(0.1)  # so that the parts travel apart
        self.wfile.write(b"0\r\n\r\n")

    def reply(self, status, content, headers=None):
        data = json.dumps(content).encode() + b"\n"
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        """The log of our own says enough."""


def main(port, certificate, private_key, key_file, log_file, *names):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, private_key)
    with open(key_file, "rb") as file:
        key = file.read().strip()
    log = open(log_file, "a", encoding="utf-8")
    servers = []
    for name, address in (pair.split("=") for pair in names):
        servers.append(Server(name, (address, int(port)), tls, key, log))
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
