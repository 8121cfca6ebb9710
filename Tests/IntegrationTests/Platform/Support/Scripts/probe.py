"""One exchange out of a sandbox, byte by byte: python3 - JSON. What JSON may say:

  via      "proxy" (CONNECT through 127.0.0.1:3128), "absolute" (the proxy without CONNECT) or "direct" (the host's name)
  connect  the CONNECT authority          port   where a direct connection goes (443)
  sni      the TLS name; "" for none      tls    false for bytes without TLS
  repeat   how often it is tried; the first that isn't a 200 is told, else the last
  then     what follows when the first answer's head is there, as Base64; then one more piece is read
  send     the request, with \\n for CRLF, ${NAME} from the environment and ${b64:...} for Base64 of what is in it

It prints one line of JSON: where it ended ("connect", "tunnel", "tls", "answer") with status, code, headers, body, raw.
"""

import base64
import json
import os
import re
import socket
import ssl
import sys


def filled(text):
    text = re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], text)
    return re.sub(r"\$\{b64:([^}]*)\}", lambda match: base64.b64encode(match[1].encode()).decode(), text)


def read_all(connection):
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
            if complete(data):
                break
    except (TimeoutError, ConnectionError, ssl.SSLError, OSError) as error:
        return data, type(error).__name__
    return data, ""


def complete(data):
    """Whether an HTTP answer has come as a whole."""
    head, end, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if not end:
        return False
    if b"transfer-encoding: chunked" in lower:
        return re.search(rb"(^|\r\n)0\r\n([^\r\n]+\r\n)*\r\n$", body) is not None
    length = re.search(rb"\r\ncontent-length: *(\d+)", lower)
    return length is not None and len(body) >= int(length[1])


def said(stage, data, error):
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    result = {"stage": stage, "error": error, "raw": data.decode("latin-1"), "headers": headers}
    if len(words) > 1 and words[1].isdigit():
        result["status"] = int(words[1])
    found = re.search(rb'"code":"(\w+)"', body)
    result["code"] = found[1].decode() if found else ""
    return result


def attempt(want):
    stage = "connect"
    via = want.get("via", "proxy")
    try:
        target = ("127.0.0.1", 3128) if via != "direct" else (want["connect"].rsplit(":", 1)[0], want.get("port", 443))
        connection = socket.create_connection(target, 10)
        connection.settimeout(want.get("timeout", 10))
        if via == "proxy":
            stage = "tunnel"
            extra = filled(want.get("connectHeaders", "")).replace("\n", "\r\n")
            authority = want["connect"]
            connection.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{extra}\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head and (piece := connection.recv(65536)):
                head += piece
            if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
                if not complete(head):
                    head += read_all(connection)[0]
                return said("tunnel", head, "")
        if want.get("tls", via != "absolute"):
            stage = "tls"
            context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
            sni = want.get("sni", want["connect"].rsplit(":", 1)[0])
            context.check_hostname = bool(sni)
            if not sni:
                context.verify_mode = ssl.CERT_NONE
            connection = context.wrap_socket(connection, server_hostname=sni or None)
        stage = "answer"
        connection.sendall(filled(want["send"]).replace("\n", "\r\n").encode("latin-1"))
        data = b""
        if "then" in want:
            while b"\r\n\r\n" not in data and (piece := connection.recv(65536)):
                data += piece
            connection.sendall(base64.b64decode(want["then"]))
            return said(stage, data + connection.recv(65536), "")
        rest, error = read_all(connection)
        return said(stage, data + rest, error)
    except (OSError, ssl.SSLError) as error:
        return {"stage": stage, "error": f"{type(error).__name__}: {error}", "raw": "", "headers": {}, "code": ""}


want = json.loads(sys.argv[1])
for _ in range(want.get("repeat", 1)):
    seen = attempt(want)
    if seen.get("status") != 200:
        break
print(json.dumps(seen))
