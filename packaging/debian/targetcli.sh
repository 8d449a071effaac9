#!/bin/sh
# lunkit in the place of targetcli: see lunkit(1).
export LUNKIT_CALLED_AS=targetcli
exec /usr/bin/lunkit targetcli "$@"
