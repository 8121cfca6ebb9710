"""Load out of a sandbox: python3 - CONNECTIONS REQUESTS STOP-FILE PATH...

Each connection is a tunnel through the proxy with TLS in it, kept open, on which the paths are asked for in turn with the
placeholder; a connection that breaks is made anew. It ends after REQUESTS in all, or when STOP-FILE exists, or after a minute
at the latest, and prints one line of JSON: answers by "PATH STATUS CODE", how many connections broke, and whether the real key was ever in an answer.
"""

import collections
import json
import os
import re
import socket
import ssl
import sys
import threading
import time

HOST = "api.e2e.test"
counts, lock = collections.Counter(), threading.Lock()
state = {"left": int(sys.argv[2]), "broken": 0, "leaks": 0}
end = time.monotonic() + 60
stop, paths = sys.argv[3], sys.argv[4:]
context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])


def complete(data):
    head, end, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if not end:
        return False
    if b"transfer-encoding: chunked" in lower:
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", lower)
    return length is not None and len(body) >= int(length[1])


def answer(connection):
    data = b""
    while not complete(data):
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError("ended within an answer")
        data += piece
    return data


def tunnel():
    plain = socket.create_connection(("127.0.0.1", 3128), 10)
    plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        piece = plain.recv(65536)
        if not piece:
            raise ConnectionError("no answer to CONNECT")
        head += piece
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise ConnectionError("no tunnel")
    return context.wrap_socket(plain, server_hostname=HOST)


def ask(connection, path):
    key = os.environ["API_KEY"]
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    data = answer(connection)
    code = re.search(rb'"code":"(\w+)"', data)
    with lock:
        counts[f"{path} {data.split(b' ')[1].decode()} {code[1].decode() if code else ''}".strip()] += 1
        state["leaks"] += b"sk_live_" in data


def may_go_on():
    with lock:
        state["left"] -= 1
        return state["left"] >= 0 and time.monotonic() < end and not os.path.exists(stop)


def work():
    connection, turn = None, 0
    while may_go_on():
        try:
            connection = connection or tunnel()
            ask(connection, paths[turn % len(paths)])
            turn += 1
        except OSError:  # ssl.SSLError is one
            connection = None
            with lock:
                state["broken"] += 1
            time.sleep(0.02)


workers = [threading.Thread(target=work) for _ in range(int(sys.argv[1]))]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(json.dumps({"answers": counts, "broken": state["broken"], "leaks": state["leaks"]}))
