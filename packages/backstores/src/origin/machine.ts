import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Where Linux keeps a machine's identifier, machine-id(5); the second one is older. */
const MACHINE_ID_PATHS = ['/etc/machine-id', '/var/lib/dbus/machine-id']
const MACHINE_ID = /^[0-9a-f]{32}$/

/** What a machine is known by: for tests, which have several. */
export interface MachineSources {
  readonly readText: (path: string) => string
  readonly hostname: () => string
}

const system: MachineSources = { readText: path => readFileSync(path, 'utf8'), hostname }

/** The identifier of machine-id(5), or undefined where there is none, as in many containers. */
export function machineId({ readText }: Pick<MachineSources, 'readText'> = system): string | undefined {
  for (const path of MACHINE_ID_PATHS) {
    try {
      const text = readText(path).trim()
      if (MACHINE_ID.test(text)) return text
    } catch {
      // Not there: the next one may be.
    }
  }
  return undefined
}

/**
 * What tells this machine from others: its identifier and its host name. Both, because machines that were copied from one
 * often have one identifier, and containers of one image one or none, but their names differ.
 */
export function thisMachine(sources: MachineSources = system): string {
  return `${machineId(sources) ?? ''} ${sources.hostname()}`
}
