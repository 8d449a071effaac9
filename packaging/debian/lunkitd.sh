#!/bin/sh
# Starts lunkitd on the Node that this package brings, in this process. What Node has compiled lies where it goes with the package.
cache=${CACHE_DIRECTORY:-/var/cache/lunkit}
[ ! -w "$cache" ] || export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE-$cache/compile}"
# With all flags that it would start itself again for.
exec /usr/lib/lunkit/bin/node --disable-sigusr1 --report-exclude-env /usr/lib/lunkit/node_modules/lunkitd/bin/lunkitd.js "$@"
