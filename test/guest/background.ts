/** Script: starts a command that runs on when the script has ended. */
export function startInBackground(name: string, command: string): string {
  return `rm -f /tmp/${name}.exit
    ( set +e; ${command}; echo $? > /tmp/${name}.part; mv /tmp/${name}.part /tmp/${name}.exit ) > /tmp/${name}.log 2>&1 < /dev/null &`
}

/** Script: waits for the end of such a command, prints what it printed, and ends with its exit code. */
export function awaitBackground(name: string): string {
  return `until [ -e /tmp/${name}.exit ]; do sleep 0.1; done; cat /tmp/${name}.log; exit $(cat /tmp/${name}.exit)`
}
