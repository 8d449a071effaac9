#!/bin/sh
# Starts lunkit on the Node that this package brings, in this process. What Node has compiled lies where it goes with the package.
cache=${CACHE_DIRECTORY:-/var/cache/lunkit}
[ ! -w "$cache" ] || export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE-$cache/compile}"
export LUNKIT_CALLED_AS="${LUNKIT_CALLED_AS:-$0}"
exec /usr/lib/lunkit/bin/node /usr/lib/lunkit/node_modules/@lunkit/cli/bin/lunkit.js "$@"
