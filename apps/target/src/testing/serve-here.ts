import type { ServingPlan } from '@lunkit/config'
import type { Logger } from '../log/logger.ts'
import { DiskFaults } from '../serving/disk-faults.ts'
import type { MeantConfiguration } from '../serving/meant-configuration.ts'
import { ServedConfiguration } from '../serving/served-configuration.ts'
import { MountMemory } from '../state/mount-memory.ts'
import type { StateBacking } from '../state/state-backing.ts'
import { EMPTY_DOCUMENT } from '../state/state-document.ts'
import { StateStore } from '../state/state-store.ts'

type Level = 'info' | 'warn' | 'error'

/** What a plan means where no file is looked at and nothing has a number yet. */
export function meantHere(plan: ServingPlan): MeantConfiguration {
  return { plan, shown: plan, refused: new Map(), lookMs: 0, portIdOf: () => undefined }
}

/** A configuration that is served in this process, with a state that can be written, or not. */
export function serveHere(first: MeantConfiguration, isFull = () => false) {
  let text = ''
  const backing: StateBacking = {
    write: async format => {
      if (isFull()) throw new Error('/state/state.json cannot be written')
      text = format()
    },
    isUncertain: false,
  }
  const state = new StateStore(EMPTY_DOCUMENT, { configuration: '/saveconfig.json', backing })
  const said: Record<Level, string[]> = { info: [], warn: [], error: [] }
  const telling = (level: Level) => (_: object, what: string) => void said[level].push(what)
  const log = { info: telling('info'), warn: telling('warn'), error: telling('error') } as unknown as Logger
  const faults = new DiskFaults({ kept: state.faults, log })
  const mounts = new MountMemory({ kept: state.mounts, log })
  const surroundings = { log, mounts, faults, ports: state.ports, ending: new AbortController().signal }
  /** The portal groups that are known to be no more. */
  const removed = () =>
    [...text.matchAll(/"target": ?"([^"]+)",\s*"tag": ?(\d+),\s*"id": ?\d+,\s*"removed"/g)].map(([, ...of]) => of)
  return { state, log, said, removed, served: new ServedConfiguration(first.plan, {}, surroundings) }
}
