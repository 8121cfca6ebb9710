#!/usr/bin/env bash
# Generates Sources/EnvoyAPI/Generated from proto/ and deploy/crds from the schemas in Sources/Manifests. With --check it
# changes nothing and says whether what is committed is fresh (exit code 1 when not); the definitions are compared only
# where palana is built already, for otherwise the unit tests of `make test` do it.
# Needs Debian's protobuf-compiler; the Swift plugins are built from this package's own pinned dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."

out=Sources/EnvoyAPI/Generated
check=false
case "${1:-}" in
  --check) check=true ;;
  "") ;;
  *) echo "usage: scripts/generate.sh [--check]" >&2; exit 2 ;;
esac

if ! command -v protoc >/dev/null || [ ! -e /usr/include/google/protobuf/any.proto ]; then
  echo "protoc or its definitions are missing: install them with 'sudo apt-get install protobuf-compiler libprotobuf-dev'" >&2
  exit 1
fi

for plugin in protoc-gen-swift protoc-gen-grpc-swift-2; do
  swift build --quiet --product "$plugin"
done
bin=$(swift build --show-bin-path)

fresh=$(mktemp -d)
definitions=$(mktemp -d)
trap 'rm -rf "$fresh" "$definitions"' EXIT
mapfile -t files < <(cd proto && find . -name '*.proto' -printf '%P\n' | LC_ALL=C sort)
mapfile -t services < <(cd proto && grep -lr '^service ' . | sed 's#^\./##' | LC_ALL=C sort)
options=Visibility=Public,FileNaming=PathToUnderscores,UseAccessLevelOnImports=true

protoc --proto_path=proto --proto_path=/usr/include --plugin="$bin/protoc-gen-swift" \
  --swift_out="$fresh" --swift_opt="$options" "${files[@]}"
protoc --proto_path=proto --proto_path=/usr/include --plugin="$bin/protoc-gen-grpc-swift-2" \
  --grpc-swift-2_out="$fresh" --grpc-swift-2_opt="$options" "${services[@]}"

# compare_or_write FRESH COMMITTED
compare_or_write() {
  if $check; then
    diff -r -q "$1" "$2" || {
      echo "$2 is stale: run scripts/generate.sh and commit the result" >&2
      exit 1
    }
    echo "$2 is fresh"
  else
    mkdir -p "$2"
    rm -rf "${2:?}"/*
    cp -r "$1"/. "$2"/
    echo "wrote $(find "$2" -type f | wc -l) files to $2"
  fi
}

compare_or_write "$fresh" "$out"

# The same flags as make build has, so that nothing is built twice.
if ! $check || [ -x "$bin/palana" ]; then
  swift build --quiet --explicit-target-dependency-import-check error --product palana
  "$bin/palana" crds --output "$definitions"
  compare_or_write "$definitions" deploy/crds
fi
