import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { callback, checkArgument, object } from '@lunkit/wire'

/** Where Linux keeps a machine's identifier, machine-id(5); the second one is older. */
const MACHINE_ID_PATHS = ['/etc/machine-id', '/var/lib/dbus/machine-id']
const MACHINE_ID = /^[0-9a-f]{32}$/

/** What a machine is known by: for tests, which have several. */
export interface MachineSources {
  readonly readText: (path: string) => string
  readonly hostname: () => string
}

const system: MachineSources = { readText: path => readFileSync(path, 'utf8'), hostname }

const SOURCES = object('an object of functions: { readText, hostname }')

/**
 * The identifier of machine-id(5), or undefined where there is none, as in many containers.
 * @throws {TypeError} for sources that are none.
 */
export function machineId(sources: Pick<MachineSources, 'readText'> = system): string | undefined {
  checkArgument('machineId: sources', sources, SOURCES)
  const { readText } = sources
  checkArgument('machineId: readText', readText, callback)
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
 * @throws {TypeError} for sources that are none.
 */
export function thisMachine(sources: MachineSources = system): string {
  checkArgument('thisMachine: sources', sources, SOURCES)
  checkArgument('thisMachine: hostname', sources.hostname, callback)
  return `${machineId(sources) ?? ''} ${sources.hostname()}`
}
