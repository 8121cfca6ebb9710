# shellcheck shell=bash
# Where the programs are that setup.sh provides: on PATH, or else in the cache.
PATH=$PATH:${PALANA_CACHE:-$HOME/.cache/palana}/bin:/usr/sbin:/sbin
export PATH
