import { ControlFault, type ControlService, FaultKind, nearest } from '@lunkit/control'
import type { ControlParts } from './control-parts.ts'
import { keyOf } from './served-nodes.ts'

type FaultService = Pick<ControlService, 'clearFault'>

/** Faults of disks that last until somebody clears them. */
export function faultAnswers({ served, live }: ControlParts): FaultService {
  return {
    clearFault: async ({ storage_object }) => {
      const key = keyOf(storage_object)
      const disk = served.server.tree.disk(key)
      if (disk === undefined)
        throw notOpen(
          key,
          served.plan.storage.map(each => each.key),
        )
      if (disk.store.flushFailure === undefined) return { cleared: false }
      await live.clearFault(key)
      return { cleared: true }
    },
  }
}

function notOpen(key: string, keys: readonly string[]): ControlFault {
  const where = `/backstores/${key}`
  if (keys.includes(key))
    return new ControlFault(FaultKind.refused, {
      what: 'is not open, so that nothing is known of its fault',
      where,
      right: 'one that is served',
    })
  return new ControlFault(FaultKind.notFound, {
    what: 'is not served',
    where,
    right: 'a storage object that is a LUN',
    nearest: nearest(key, keys),
  })
}
