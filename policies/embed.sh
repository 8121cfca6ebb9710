#!/bin/sh
# Writes the base policy and OPA's capabilities into the Swift sources, so that one binary carries them.
# A test fails when the copy is stale; run `policies/embed.sh` then.
set -eu
cd "$(dirname "$0")/.."
out=Sources/OPAClient/Generated/BundledPolicy.swift
{
    echo "// swift-format-ignore-file"
    echo "// Made by policies/embed.sh from the files in policies/. Edit those."
    echo
    echo "enum BundledPolicy {"
    echo "    static let base = ##\"\"\""
    cat policies/egress.rego
    echo "\"\"\"##"
    echo
    echo "    static let capabilities = ##\"\"\""
    cat policies/capabilities.json
    echo "\"\"\"##"
    echo "}"
} >"$out"
