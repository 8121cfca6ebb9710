"""HTTPS by hand through the sandbox's proxy, so that each name on the way (CONNECT, SNI, Host) can be chosen."""

import json
import os
import socket
import ssl
from http.client import HTTPResponse
from urllib.parse import urlsplit


class Answer:
    """What came back: `tunnel` says that the proxy itself refused the CONNECT."""

    def __init__(self, response, tunnel=False):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.text = response.read().decode("utf-8", "replace")
        self.tunnel = tunnel

    def code(self):
        """The error code of a refusal, or ""."""
        try:
            return json.loads(self.text)["error"]["code"]
        except (ValueError, KeyError, TypeError):
            return ""

    def summary(self):
        return f"{self.status} {self.code()}".strip()


def read_answer(connection, method, tunnel=False):
    response = HTTPResponse(connection, method=method)
    response.begin()
    return response if response.status == 200 and method == "CONNECT" else Answer(response, tunnel)


def proxy_address():
    proxy = urlsplit(os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY") or "http://127.0.0.1:3128")
    return proxy.hostname, proxy.port


def tls_context():
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE"))


def request(host, port, path, method="GET", headers=None, body=b"", authority=None, sni=None):
    """One request. `host` goes into the Host header, `authority` into the CONNECT, `sni` into the handshake."""
    authority, sni = authority or host, sni or authority or host
    suffix = "" if port == 443 else f":{port}"
    with socket.create_connection(proxy_address(), 20) as plain:
        plain.settimeout(20)
        target = f"{authority}:{port}"
        plain.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        opened = read_answer(plain, "CONNECT", tunnel=True)
        if isinstance(opened, Answer):
            return opened
        with tls_context().wrap_socket(plain, server_hostname=sni) as secured:
            lines = [f"{method} {path} HTTP/1.1", f"Host: {host}{suffix}", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
            if body:
                lines.append(f"Content-Length: {len(body)}")
            secured.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            return read_answer(secured, method)
