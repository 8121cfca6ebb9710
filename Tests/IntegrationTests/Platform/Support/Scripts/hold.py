"""An agent that keeps streams open and opens each again as soon as it breaks: hold.py NAME KIND..., where KIND is sse,
ws, upload, connect (an upload through the proxy) or h2 (an upload by curl). It ignores what signals it can."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

HOST = "api.e2e.test"
for number in range(1, 32):
    try:
        if number != signal.SIGCHLD:
            signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def connect(by_proxy):
    if by_proxy:
        plain = socket.create_connection(("127.0.0.1", 3128), 5)
        plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        if b" 200 " not in plain.recv(4096):
            raise OSError("no tunnel")
    else:
        plain = socket.create_connection((HOST, 443), 5)
    return ssl.create_default_context().wrap_socket(plain, server_hostname=HOST)


def hold(kind, name):
    stream = connect(by_proxy=kind in ("connect", "ws"))
    head = f"Host: {HOST}\r\n"
    if kind == "sse":
        stream.sendall(f"GET /hold/sse/{name} HTTP/1.1\r\n{head}\r\n".encode())
        while stream.recv(4096):
            pass
        return
    if kind == "ws":
        head += ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
        stream.sendall(f"GET /hold/ws/{name} HTTP/1.1\r\n{head}\r\n".encode())
        stream.recv(4096)
        tick = b"\x81\x81\x00\x00\x00\x00t"
    else:
        stream.sendall(f"POST /hold/{kind}/{name} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        tick = b"4\r\ntick\r\n"
    while True:
        stream.sendall(tick)
        time.sleep(0.05)


def curl(name):
    command = ["curl", "-sN", "--http2", "-T", "-", "-H", "Expect:", f"https://{HOST}/hold/h2/{name}"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    while child.poll() is None:
        child.stdin.write(b"tick")
        child.stdin.flush()
        time.sleep(0.05)


def again(kind, name):
    while True:
        try:
            curl(name) if kind == "h2" else hold(kind, name)
        except OSError:
            pass
        time.sleep(0.02)


for kind in sys.argv[2:]:
    threading.Thread(target=again, args=(kind, sys.argv[1]), daemon=True).start()
while True:
    time.sleep(1)
