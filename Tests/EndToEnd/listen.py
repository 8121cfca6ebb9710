"""Servers that show who was reached by whom: listen.py PROTOCOL:PORT...   (runs inside pods)

TCP ports answer with the address of who connected, as a line; UDP ports send back what they got.
"""

import socketserver
import sys
import threading


class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(f"{self.client_address[0]}\n".encode())


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(data, self.client_address)


class TCP(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def serve(argument):
    protocol, port = argument.split(":")
    if protocol == "tcp":
        TCP(("0.0.0.0", int(port)), Connection).serve_forever()
    else:
        socketserver.UDPServer(("0.0.0.0", int(port)), Datagram).serve_forever()


for argument in sys.argv[1:]:
    threading.Thread(target=serve, args=(argument,)).start()
