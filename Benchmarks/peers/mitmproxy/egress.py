"""What Palana does, as a mitmproxy add-on: hosts on a list pass, a placeholder in a header becomes the real value, and the
real value in an answer becomes the placeholder again (as it is, and in base64). It keeps no audit log and asks no policy
engine, so it has less to do than Palana.

It reads its settings (JSON) from the file that EGRESS_SETTINGS names: hosts, keyed_hosts, placeholder, value_file, address
(the upstream's: mitmproxy has no resolver setting, so it is spared DNS), socket.
"""

import asyncio
import base64
import json
import os

from mitmproxy import ctx, http


class UnixWriter:
    """A stream writer over a Unix socket that has an address to show, since mitmproxy's logs and checks want one."""

    def __init__(self, writer):
        self.writer = writer

    def __getattr__(self, name):
        return getattr(self.writer, name)

    def get_extra_info(self, name, default=None):
        if name in ("peername", "sockname"):
            return ("127.0.0.1", 0)
        return self.writer.get_extra_info(name, default)


class Egress:
    def __init__(self):
        with open(os.environ["EGRESS_SETTINGS"], encoding="utf-8") as file:
            self.settings = json.load(file)
        with open(self.settings["value_file"], encoding="utf-8") as file:
            value = file.read()
        placeholder = self.settings["placeholder"]
        self.value, self.placeholder = value, placeholder
        self.needles = [
            (value.encode(), placeholder.encode()),
            (base64.b64encode(value.encode()), base64.b64encode(placeholder.encode())),
        ]

    async def running(self):
        """Listens on a Unix socket beside mitmproxy's own port, so that every peer is reached the same way."""
        (server,) = ctx.master.addons.get("proxyserver").servers

        async def serve(reader, writer):
            await server.handle_stream(reader, UnixWriter(writer))

        self.listener = await asyncio.start_unix_server(serve, self.settings["socket"])

    def allows(self, host):
        return any(host == rule or (rule.startswith("*.") and host.endswith(rule[1:])) for rule in self.settings["hosts"])

    def server_connect(self, data):
        data.server.address = (self.settings["address"], data.server.address[1])

    def http_connect(self, flow):
        if not self.allows(flow.request.host):
            flow.response = http.Response.make(403, b'{"error":"denied"}', {"content-type": "application/json"})

    def request(self, flow):
        if not self.allows(flow.request.pretty_host):
            flow.response = http.Response.make(403, b'{"error":"denied"}', {"content-type": "application/json"})
            return
        for name, value in flow.request.headers.items():
            if self.placeholder in value:
                if flow.request.pretty_host not in self.settings["keyed_hosts"]:
                    flow.response = http.Response.make(403, b'{"error":"placeholder not allowed here"}')
                    return
                flow.request.headers[name] = value.replace(self.placeholder, self.value)
                flow.metadata["keyed"] = True

    def response(self, flow):
        if not flow.metadata.get("keyed"):
            return
        for name, value in flow.response.headers.items():
            if self.value in value:
                flow.response.headers[name] = value.replace(self.value, self.placeholder)
        content = flow.response.content or b""
        for needle, stand_in in self.needles:
            content = content.replace(needle, stand_in)
        flow.response.content = content


addons = [Egress()]
