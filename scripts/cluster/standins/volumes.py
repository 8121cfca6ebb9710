#!/usr/bin/env python3
"""Volumes for the test cluster's claims: volumes.py CLUSTER FOLDER NODE

For each claim of a storage class that names our provisioner, a folder and a `local` volume bound to the claim, whose files
get the pod's fsGroup as on other clusters. A volume that was released goes away with its folder when its class says so.
"""

import os
import shutil
import threading

import api

PROVISIONER = "palana.dev/test-volumes"
BY = "pv.kubernetes.io/provisioned-by"


class Volumes:
    def __init__(self, cluster, folder, node):
        self.folder, self.node = folder, node
        self.changed = threading.Event()
        self.api = api.API(cluster)
        self.classes = api.Mirror(self.api, "/apis/storage.k8s.io/v1/storageclasses", self.changed)
        self.claims = api.Mirror(self.api, "/api/v1/persistentvolumeclaims", self.changed)
        self.volumes = api.Mirror(self.api, "/api/v1/persistentvolumes", self.changed)

    def run(self):
        api.run(self.reconcile, [self.classes, self.claims, self.volumes], self.changed)

    def reconcile(self):
        classes = {item["metadata"]["name"]: item for item in self.classes.all() if item["provisioner"] == PROVISIONER}
        volumes = {item["metadata"]["name"]: item for item in self.volumes.all()}
        for claim in self.claims.all():
            storage = classes.get(claim["spec"].get("storageClassName"))
            name = f"pvc-{claim['metadata']['uid']}"
            if storage and not claim["spec"].get("volumeName") and name not in volumes:
                self.provide(claim, name, storage)
        for name, volume in volumes.items():
            if (volume["metadata"].get("annotations") or {}).get(BY) == PROVISIONER:
                if volume["status"].get("phase") == "Released":
                    if volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete":
                        self.remove(name)

    def provide(self, claim, name, storage):
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, 0o777)
        volume = {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": name, "annotations": {BY: PROVISIONER}},
            "spec": {
                "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
                "accessModes": claim["spec"]["accessModes"],
                "persistentVolumeReclaimPolicy": storage.get("reclaimPolicy", "Delete"),
                "storageClassName": storage["metadata"]["name"],
                "local": {"path": path},
                "claimRef": {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "namespace": claim["metadata"]["namespace"],
                    "name": claim["metadata"]["name"],
                    "uid": claim["metadata"]["uid"],
                },
                "nodeAffinity": {
                    "required": {
                        "nodeSelectorTerms": [
                            {
                                "matchExpressions": [
                                    {"key": "kubernetes.io/hostname", "operator": "In", "values": [self.node]}
                                ]
                            }
                        ]
                    }
                },
            },
        }
        try:
            self.api.call("POST", "/api/v1/persistentvolumes", volume)
        except api.Refused as error:
            if error.status != 409:  # ours from a moment ago
                raise
        api.say(f"{name} for {'/'.join(api.key(claim))}")

    def remove(self, name):
        shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        try:
            self.api.call("DELETE", f"/api/v1/persistentvolumes/{name}")
        except api.Refused as error:
            if error.status != 404:
                raise
        api.say(f"{name} removed")


if __name__ == "__main__":
    Volumes(*api.arguments("CLUSTER", "FOLDER", "NODE")).run()
