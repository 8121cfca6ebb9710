"""Says which addresses can be reached: probe.py PROTOCOL:HOST:PORT...   (runs inside pods)

Prints "TARGET open" or "TARGET closed" for each. Open means that a server there answered: over TCP it accepted, over UDP it
sent the question back. Nothing answers in 2 seconds: closed.
"""

import socket
import sys
import threading
import time

SECONDS = 2


def is_open(protocol, host, port):
    deadline = time.monotonic() + SECONDS
    try:
        if protocol == "tcp":
            socket.create_connection((host, port), timeout=SECONDS).close()
            return True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((host, port))
            sock.settimeout(0.4)
            while time.monotonic() < deadline:
                try:
                    sock.send(b"probe")
                    if sock.recv(100) == b"probe":
                        return True
                except TimeoutError:
                    continue
    except OSError:
        pass
    return False


def probe(target, results):
    protocol, host, port = target.split(":")
    results[target] = "open" if is_open(protocol, host, int(port)) else "closed"


if __name__ == "__main__":
    results = {}
    threads = [threading.Thread(target=probe, args=(target, results)) for target in sys.argv[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for target in sys.argv[1:]:
        print(target, results.get(target, "closed"))
