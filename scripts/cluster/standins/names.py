#!/usr/bin/env python3
"""Names of Services for the test cluster's DNS: names.py CLUSTER FOLDER

Writes FOLDER/services, a hosts file that dnsmasq in the pod cluster-dns reads again whenever it changes: cluster addresses,
and for headless Services the addresses of their pods, which have names there too when they say a host name.
"""

import os
import threading

import api

DOMAIN = "svc.cluster.local"


class Names:
    def __init__(self, cluster, folder):
        self.file = os.path.join(folder, "services")
        self.last = None
        self.changed = threading.Event()
        access = api.API(cluster)
        self.services = api.Mirror(access, "/api/v1/services", self.changed)
        self.endpoints = api.Mirror(access, "/api/v1/endpoints", self.changed)

    def run(self):
        api.run(self.write, [self.services, self.endpoints], self.changed)

    def write(self):
        text = "".join(f"{address} {name}\n" for name, address in sorted(set(self.records())))
        if text == self.last:
            return
        # In place: dnsmasq watches the file, and half of it is mended a moment later.
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        self.last = text
        api.say(f"{text.count(chr(10))} names")

    def records(self):
        endpoints = {api.key(item): item for item in self.endpoints.all()}
        for service in self.services.all():
            namespace, name = api.key(service)
            own = f"{name}.{namespace}.{DOMAIN}"
            address = service["spec"].get("clusterIP")
            if address and address != "None":
                yield own, address
                continue
            unready = service["spec"].get("publishNotReadyAddresses")
            for subset in endpoints.get((namespace, name), {}).get("subsets") or []:
                for target in (subset.get("addresses") or []) + (unready and subset.get("notReadyAddresses") or []):
                    yield own, target["ip"]
                    if target.get("hostname"):
                        yield f"{target['hostname']}.{own}", target["ip"]


if __name__ == "__main__":
    Names(*api.arguments("CLUSTER", "FOLDER")).run()
