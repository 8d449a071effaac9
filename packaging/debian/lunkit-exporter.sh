#!/bin/sh
# Starts lunkit-exporter on the Node that this package brings, in this process. What Node has compiled lies where it goes with the package.
cache=${CACHE_DIRECTORY:-/var/cache/lunkit}
[ ! -w "$cache" ] || export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE-$cache/compile}"
exec /usr/lib/lunkit/bin/node /usr/lib/lunkit/node_modules/lunkit-exporter/bin/lunkit-exporter.js "$@"
