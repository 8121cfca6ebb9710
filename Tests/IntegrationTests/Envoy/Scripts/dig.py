"""Asks a DNS server as a stub resolver does. Reads one JSON object a line, prints one line of JSON for each.

transport: udp, tcp, or raw (over TCP, `hex` as it is); port; from: address of loopback to ask from; hex: the message;
times: how often it is sent (over TCP: on one connection); wait: seconds until silence counts as no answer.
"""
import json
import socket
import sys


def receive_all(connection, size):
    held = b""
    while len(held) < size:
        piece = connection.recv(size - len(held))
        if not piece:
            return None
        held += piece
    return held


def over_tcp(connection, message):
    connection.sendall(len(message).to_bytes(2, "big") + message)
    size = receive_all(connection, 2)
    return receive_all(connection, int.from_bytes(size, "big")) if size else None


def ask(order):
    message = bytes.fromhex(order["hex"])
    kind = socket.SOCK_DGRAM if order["transport"] == "udp" else socket.SOCK_STREAM
    answers = []
    with socket.socket(socket.AF_INET, kind) as connection:
        connection.settimeout(order.get("wait", 2))
        connection.bind((order["from"], 0))
        try:
            connection.connect(("127.0.0.1", order["port"]))
            if order["transport"] == "raw":
                connection.sendall(message)
                answers.append((connection.recv(4096) or b"").hex())
            elif order["transport"] == "tcp":
                for _ in range(order.get("times", 1)):
                    answer = over_tcp(connection, message)
                    if answer is None:
                        return {"answers": answers, "error": "closed"}
                    answers.append(answer.hex())
            else:
                for _ in range(order.get("times", 1)):
                    connection.send(message)
                for _ in range(order.get("times", 1)):
                    answers.append(connection.recv(4096).hex())
        except socket.timeout:
            return {"answers": answers, "error": "timeout"}
        except OSError as error:
            return {"answers": answers, "error": error.__class__.__name__}
    return {"answers": answers, "error": None}


for line in sys.stdin:
    print(json.dumps(ask(json.loads(line))), flush=True)
