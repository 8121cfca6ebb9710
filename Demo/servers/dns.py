#!/usr/bin/env python3
"""A DNS server for the demo's names alone: dns.py ADDRESS PORT LOG NAME=ADDRESS...

Answers A for the names given, an empty answer for other types of them, NXDOMAIN for all else. It never asks anybody else.
Each name asked for is a line of LOG, so that the demo can show what did not come out of the sandbox by DNS.
"""

import asyncio
import ipaddress
import struct
import sys

A, IN = 1, 1
NOERROR, FORMERR, NXDOMAIN = 0, 1, 3


class Zone:
    def __init__(self, names, log):
        self.names, self.log = names, log

    def answer(self, query):
        """The answer to one message, or None when it is too short to have an id (RFC 1035, section 4.1)."""
        if len(query) < 12:
            return None
        identifier, flags, questions = struct.unpack("!HHH", query[:6])
        try:
            if questions != 1:
                raise ValueError("one question only")
            name, end = read_name(query, 12)
            kind, kind_class = struct.unpack("!HH", query[end : end + 4])
        except (ValueError, IndexError, struct.error):
            return struct.pack("!HHHHHH", identifier, 0x8000 | FORMERR, 0, 0, 0, 0)
        print(name, kind, file=self.log, flush=True)
        address = self.names.get(name.lower())
        records = b""
        if address and kind == A and kind_class == IN:
            records = struct.pack("!HHHIH", 0xC00C, A, IN, 1, 4) + address.packed
        code = NOERROR if address else NXDOMAIN
        header = struct.pack("!HHHHHH", identifier, 0x8480 | (flags & 0x0100) | code, 1, 1 if records else 0, 0, 0)
        return header + query[12 : end + 4] + records


def read_name(message, at):
    labels = []
    while (length := message[at]) != 0:
        if length > 63:
            raise ValueError("a question holds no pointers")
        labels.append(message[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    return ".".join(labels), at + 1


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, zone):
        self.zone = zone

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if answer := self.zone.answer(data):
            self.transport.sendto(answer, address)


def streams(zone):
    async def serve(reader, writer):
        try:
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                answer = zone.answer(await reader.readexactly(length))
                if answer is None:
                    break
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has gone, which ends the connection
        finally:
            writer.close()

    return serve


async def main(address, port, log, names):
    zone = Zone({name: ipaddress.IPv4Address(to) for name, to in (pair.split("=") for pair in names)}, open(log, "a"))
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Datagrams(zone), local_addr=(address, int(port)))
    server = await asyncio.start_server(streams(zone), address, int(port))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
