import type { TargetServer } from '@lunkit/target'
import type { DiskNode } from './lun-entry.ts'
import type { Step } from './step.ts'
import type { TargetNode } from './target-node.ts'

/** The disks that are not open, as they are tried again. */
export function leftOutDisks(disks: Iterable<DiskNode>): Step[] {
  const steps: Step[] = []
  for (const { key, disk, storage, target } of disks)
    if (disk === undefined)
      steps.push({ kind: 'openDisk', disk: key, storage, ...(target !== undefined && { target }) })
  return steps
}

/** The portals that do not listen, as they are tried again. */
export function leftOutPortals(targets: Iterable<TargetNode>, server: Pick<TargetServer, 'addressOf'>): Step[] {
  return [...targets].flatMap(({ name, groups }) =>
    [...groups.values()].flatMap(({ tag, portals }) =>
      portals
        .filter(portal => server.addressOf(portal) === undefined)
        .map((portal): Step => ({ kind: 'openPortal', target: name, tag, portal })),
    ),
  )
}
