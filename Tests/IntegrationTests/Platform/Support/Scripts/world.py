#!/usr/bin/env python3
"""The world that a test's agents talk to: world.py FOLDER NETWORK, where NETWORK is such as 127.88.3.

Serves HTTPS on NETWORK.10 (api.e2e.test, also other.e2e.test and denied.e2e.test) and DNS on NETWORK.53, makes its
authority in FOLDER (ca.pem) and prints one line of JSON with its ports. The real key is in FOLDER/key. Every request is a
line of FOLDER/requests: host, method, target and the SHA-256 of its Authorization header, never the header. What is asked
of /hold/KIND/NAME stays open: FOLDER/streams has the times at which each began, had its last byte and was over. It ends
with its standard input.
"""

import asyncio
import base64
import gzip
import hashlib
import ipaddress
import json
import secrets
import ssl
import struct
import subprocess
import sys
import time
import urllib.parse

NAMES = ["api.e2e.test", "other.e2e.test", "denied.e2e.test", "plain.e2e.test"]


def make_certificates(folder):
    quiet = {"check": True, "capture_output": True}
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subprocess.run(
        ["openssl", "req", "-x509", *curve, "-days", "2", "-subj", "/CN=e2e", "-keyout", f"{folder}/ca.key",
         "-out", f"{folder}/ca.pem", "-addext", "keyUsage=critical,keyCertSign"], **quiet)
    subprocess.run(
        ["openssl", "req", *curve, "-subj", "/CN=e2e.test", "-keyout", f"{folder}/server.key",
         "-out", f"{folder}/server.csr"], **quiet)
    with open(f"{folder}/ext", "w", encoding="ascii") as file:
        file.write("subjectAltName=" + ",".join(f"DNS:{name}" for name in NAMES + ["private.e2e.test"]))
    subprocess.run(
        ["openssl", "x509", "-req", "-in", f"{folder}/server.csr", "-CA", f"{folder}/ca.pem", "-CAkey",
         f"{folder}/ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{folder}/ext", "-out",
         f"{folder}/server.pem"], **quiet)


def chunk(data):
    data = data if isinstance(data, bytes) else data.encode()
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


class Api:
    """HTTP/1.1 by hand, so that answers can be as strange as a hostile server's."""

    def __init__(self, key, log, streams):
        self.key, self.log, self.streams = key, log, streams

    async def serve(self, reader, writer):
        try:
            while await self.request(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.LimitOverrunError):
            pass  # the other side has gone
        finally:
            writer.close()

    async def request(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        method, target, _ = lines[0].split(" ", 2)
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name:
                headers.setdefault(name.strip().lower(), []).append(value.strip())
        if target.startswith("/hold/"):
            await self.hold(reader, writer, target)
            return False
        body = await self.body(reader, headers)
        credential = ",".join(headers.get("authorization", []))
        host = headers.get("host", [""])[0]
        digest = hashlib.sha256(credential.encode("latin-1")).hexdigest() if credential else "none"
        print(host, method, target, digest, file=self.log, flush=True)
        if target == "/ws" and headers.get("upgrade", [""])[0].lower() == "websocket":
            await self.speak(reader, writer, headers, credential)
            return False
        await self.answer(writer, method, target, headers, body, credential, head)
        return True

    async def hold(self, reader, writer, target):
        """Both ways at once, as far as the kind has two, until the other side ends it."""
        print("begin", target, time.time(), file=self.streams, flush=True)
        kind, last = target.split("/")[2], time.time()

        async def send(head, tick):
            nonlocal last
            writer.write(head)
            while True:
                writer.write(tick)
                await writer.drain()
                last = time.time()
                await asyncio.sleep(0.05)

        heads = {
            "sse": (b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n", chunk("data: t\n\n")),
            "ws": (b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
                   b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", b"\x81\x01t"),
        }
        sender = asyncio.create_task(send(*heads[kind])) if kind in heads else None
        try:
            while await reader.read(65536):
                last = time.time()
        except (ConnectionError, ssl.SSLError):
            pass  # cut off is over, too
        finally:
            print("end", target, last, time.time(), file=self.streams, flush=True)
            if sender:
                sender.cancel()

    async def speak(self, reader, writer, headers, credential):
        """RFC 6455: takes one short text and says it back with what it was asked with; then closes."""
        if credential.partition(" ")[2] != self.key:
            writer.write(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n")
            return await writer.drain()
        token = headers["sec-websocket-key"][0] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(token.encode()).digest()).decode()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
            + f"sec-websocket-accept: {accept}\r\n\r\n".encode())
        await writer.drain()
        head = await reader.readexactly(6)
        text = bytes(byte ^ head[2 + i % 4] for i, byte in enumerate(await reader.readexactly(head[1] & 0x7F)))
        answer = text + b" with " + credential.encode()
        writer.write(bytes([0x81, len(answer)]) + answer)
        await writer.drain()
        # The closing handshake: the client's turn (section 7.1.1).
        await reader.read(6)

    async def body(self, reader, headers):
        if "chunked" in "".join(headers.get("transfer-encoding", [])):
            data = b""
            while size := int((await reader.readline()).split(b";")[0], 16):
                data += (await reader.readexactly(size + 2))[:-2]
            while (await reader.readline()).strip():
                pass
            return data
        return await reader.readexactly(int(headers.get("content-length", ["0"])[0]))

    async def answer(self, writer, method, target, headers, body, credential, head):
        url = urllib.parse.urlsplit(target)
        kind = dict(urllib.parse.parse_qsl(url.query)).get("as", "body")
        status, more, parts, trailers, early = 200, {}, [], [], ""
        scheme, _, value = credential.partition(" ")
        if url.path == "/orders":
            good = value == self.key
            parts = [json.dumps({"orders": ["tea"]} if good else {"error": "this needs the real key"})]
            status = 200 if good else 401
        elif url.path == "/basic":
            good = base64.b64encode(f"user:{self.key}".encode()).decode() == value
            status, parts = (200 if good else 401), ["basic"]
        elif url.path == "/echo":
            middle = len(credential) // 2
            # What came arrived as, told without telling it: the test compares digests.
            more["x-digest"] = hashlib.sha256(value.encode()).hexdigest()
            if kind == "header":
                more["x-echo"] = credential
            elif kind == "cookie":
                more["set-cookie"] = f"session={value}; Path=/"
            elif kind == "location":
                status, more["location"] = 302, f"https://other.e2e.test/?k={urllib.parse.quote(credential)}"
            elif kind == "error":
                status, parts = 500, [f"<html>failed with {credential}</html>"]
            elif kind == "base64":
                parts = [base64.b64encode(credential.encode()).decode()]
            elif kind == "base64-shift":
                parts = [base64.b64encode(b"x" + value.encode()).decode(), "\n", base64.b64encode(b"xy" + value.encode()).decode()]
            elif kind == "percent":
                parts = ["".join(f"%{byte:02X}" for byte in value.encode())]
            elif kind == "hex":
                parts = [value.encode().hex()]
            elif kind == "reverse":
                parts = [value[::-1]]
            elif kind == "unicode":
                parts = ["".join(f"\\u{ord(c):04x}" for c in value)]
            elif kind == "chunks":
                parts = list(credential)
            elif kind == "sse":
                more["content-type"] = "text/event-stream"
                parts = [f"data: {credential[:middle]}", f"{credential[middle:]}\n\n", "data: end\n\n"]
            elif kind == "trailer":
                more["trailer"] = "x-echo"
                parts, trailers = ["see the trailer"], [("x-echo", credential)]
            elif kind == "gzip":
                more["content-encoding"] = "gzip"
                parts = [gzip.compress(credential.encode())]
            elif kind == "gzip-unsaid":
                parts = [gzip.compress(credential.encode())]
            elif kind == "reason":
                status = "200 " + value
            elif kind in ("100", "102", "103"):
                coded = base64.b64encode(value.encode()).decode()
                early = f"HTTP/1.1 {kind} Early\r\nx-echo: {credential}\r\nlink: <{value}>\r\nx-coded: {coded}\r\n\r\n"
            else:
                parts = [json.dumps({"head": head, "body": body.decode("latin-1")})]
        elif url.path == "/drip":
            more["content-type"] = "text/event-stream"
            parts = [f"data: {n}\n\n" for n in range(600)]
        elif url.path == "/seen":
            parts = [json.dumps({"method": method, "target": target, "headers": headers, "body": body.decode("latin-1")})]
        else:
            parts = ["hello"]
        reason = status if isinstance(status, str) else f"{status} As asked"
        lines = [f"HTTP/1.1 {reason}", "transfer-encoding: chunked"] + [f"{n}: {v}" for n, v in more.items()]
        writer.write(early.encode("latin-1"))
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
        if method != "HEAD":
            for part in parts:
                if part:
                    writer.write(chunk(part))
                    await writer.drain()
                    if kind in ("chunks", "sse") or url.path == "/drip":
                        await asyncio.sleep(0.1 if kind != "chunks" else 0.002)  # so that the parts travel apart
            writer.write(b"0\r\n" + b"".join(f"{n}: {v}\r\n".encode("latin-1") for n, v in trailers) + b"\r\n")
        await writer.drain()


class Zone:
    """RFC 1035, as much of it as a resolver asks for."""

    def __init__(self, names, log):
        self.names, self.log = names, log

    def answer(self, query):
        if len(query) < 17:
            return b""
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        name, kind = ".".join(labels).lower(), struct.unpack("!H", query[at + 1 : at + 3])[0]
        print(name, kind, file=self.log, flush=True)
        address = self.names.get(name)
        record = b""
        if address and kind == 1:
            record = struct.pack("!HHHIH", 0xC00C, 1, 1, 1, 4) + ipaddress.IPv4Address(address).packed
        head = query[:2] + struct.pack("!HHHHH", 0x8180 if address else 0x8183, 1, 1 if record else 0, 0, 0)
        return head + query[12 : at + 5] + record


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, zone):
        self.zone = zone

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(self.zone.answer(data), address)


async def listen(api, tls, network):
    """On 443, where programs that ignore the proxy go, or where that isn't ours, on any port."""
    for port in (443, 0):
        try:
            return await asyncio.start_server(api.serve, f"{network}.10", port, ssl=tls)
        except PermissionError:
            continue
    raise SystemExit("no port")


async def main(folder, network):
    make_certificates(folder)
    key = "sk_live_" + secrets.token_hex(16)
    with open(f"{folder}/key", "w", encoding="ascii") as file:
        file.write(key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
    requests = open(f"{folder}/requests", "a", encoding="latin-1")
    lookups = open(f"{folder}/lookups", "a", encoding="latin-1")
    api = Api(key, requests, open(f"{folder}/streams", "a", encoding="latin-1"))
    secure = await listen(api, tls, network)
    plain = await asyncio.start_server(api.serve, f"{network}.10", 0)
    # Something really listens where no agent may come: a refusal is told apart from a closed port.
    private = await asyncio.start_server(api.serve, "127.0.0.1", 0, ssl=tls)
    names = {name: f"{network}.10" for name in NAMES}
    names |= {"private.e2e.test": "127.0.0.1", "metadata.e2e.test": "169.254.169.254", "lan.e2e.test": "10.1.2.3",
              "zero.e2e.test": "0.0.0.0"}
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Datagrams(Zone(names, lookups)), local_addr=(f"{network}.53", 0))
    ports = {"secure": secure.sockets[0].getsockname()[1], "plain": plain.sockets[0].getsockname()[1],
             "digest": hashlib.sha256(f"Bearer {key}".encode()).hexdigest(),
             "private": private.sockets[0].getsockname()[1], "dns": transport.get_extra_info("sockname")[1]}
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
