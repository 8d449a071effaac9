import { formatPortal, type GroupPlan, type StoragePlan } from '@lunkit/config'
import { TARGET_LIMITS, TRANSFER_MEMORY_BYTES } from 'lunkit'
import { connectionsThatFit, readOpenFilesLimit } from '../open-files.ts'
import { saidBy } from '../serving/fault-words.ts'
import { limitOptions } from '../serving/limits.ts'
import type { ControlParts } from './control-parts.ts'
import { closedWords, pathOfPlace } from './kept-closed.ts'
import type { Trouble } from './trouble.ts'

/** From this part of a limit on it is near. */
const NEAR = 0.9

const harm = (path: string, wrong: string, remedy: string): Trouble => ({ path, wrong, remedy, harms: true })
const hint = (path: string, wrong: string, remedy: string): Trouble => ({ path, wrong, remedy, harms: false })

/** What may be wrong, each with those who find it. */
const SOURCES: readonly ((parts: ControlParts) => readonly Trouble[])[] = [
  ofThreads,
  ofLastRun,
  ofDisks,
  ofPortals,
  ofGroups,
  ofClosed,
  ofLimits,
  ofConfiguration,
  ofState,
  ofSocket,
  ofTls,
  ofIsns,
]

/** All that is wrong now. */
export function troublesOf(parts: ControlParts): readonly Trouble[] {
  return SOURCES.flatMap(source => source(parts))
}

/** For so long after a standstill it is told that there was one. */
const STANDSTILL_TOLD_MS = 3_600_000

function ofThreads({ vitals }: ControlParts): readonly Trouble[] {
  const { silent, lastStandstill: last } = vitals
  const told = last !== undefined && Date.now() - last.ended.getTime() < STANDSTILL_TOLD_MS
  return [
    ...(silent === undefined
      ? []
      : [harm('', silent, 'see what its log says of disks, mend what hangs, or start it again')]),
    ...(told
      ? [
          hint(
            '',
            `until ${last.ended.toISOString()} its protocol thread stood still for ${(last.forMs / 1000).toFixed(1)} s`,
            'see what was frozen, or slow, at that time: a file system, a device, the machine',
          ),
        ]
      : []),
  ]
}

function ofLastRun({ lastCrash }: ControlParts): readonly Trouble[] {
  if (lastCrash === undefined) return []
  const { since, report } = lastCrash
  return [
    hint('', `the lunkitd that was started at ${since} did not end as it should`, `read ${report}, and report it`),
  ]
}

function ofDisks({ served, witness }: ControlParts): readonly Trouble[] {
  return served.plan.storage.flatMap(plan => [
    ...troubleOfDisk(served, plan),
    ...stuckDisk(plan, witness.stuck.since(plan.key)),
  ])
}

function stuckDisk({ key }: StoragePlan, since: Date | undefined): readonly Trouble[] {
  if (since === undefined) return []
  const wrong = `an operation on its file has not returned since ${since.toISOString()}: what it is asked for waits`
  return [harm(`/backstores/${key}`, wrong, 'mend what hangs: the file system, its device, or the way to them')]
}

function troubleOfDisk(served: ControlParts['served'], { key }: StoragePlan): readonly Trouble[] {
  const path = `/backstores/${key}`
  const disk = served.server.tree.disk(key)
  if (disk === undefined) {
    const why = served.whyNotOpen(key)
    return [
      harm(
        path,
        `it is not served${why === undefined ? '' : `: ${why}`}`,
        'mend that, and have the configuration read again',
      ),
    ]
  }
  const { flushFailure } = disk.store
  if (flushFailure === undefined) return []
  const wrong = `a flush failed${saidBy(flushFailure.cause)}, acknowledged writes may be lost: it refuses writes and flushes`
  return [harm(path, wrong, 'find the cause, stop the initiators, check what is on the disk, then clear its fault')]
}

type Placed = readonly [target: string, group: GroupPlan]

const groupsOf = ({ served }: ControlParts): readonly Placed[] =>
  served.plan.targets.flatMap(({ name, groups }) => groups.map((group): Placed => [name, group]))

function ofPortals(parts: ControlParts): readonly Trouble[] {
  const { served, witness } = parts
  return groupsOf(parts).flatMap(([target, { tag, portals }]) =>
    portals
      .filter(portal => served.server.addressOf(portal) === undefined)
      .map(portal => {
        const path = `/iscsi/${target}/tpg${tag}/portals/${formatPortal(portal)}`
        const why = witness.portals.reasonOf(portal)
        const wrong = `it does not listen${why === undefined ? '' : `: ${why}`}`
        return harm(path, wrong, 'mend that, and have the configuration read again')
      }),
  )
}

function ofGroups(parts: ControlParts): readonly Trouble[] {
  return groupsOf(parts).flatMap(([target, { tag, portals, unserved, acls, demoMode, rules = [] }]) => {
    const path = `/iscsi/${target}/tpg${tag}`
    const refused = 'set a user ID and a password, or change what it demands'
    return [
      ...unserved.map(({ lun, why }) =>
        harm(`${path}/luns/lun${lun}`, `it is not served: ${why}`, 'change what is wrong there'),
      ),
      ...acls.flatMap(acl =>
        acl.refused === undefined
          ? []
          : [harm(`${path}/acls/${acl.initiator}`, `its logins are refused: ${acl.refused}`, refused)],
      ),
      ...rules.flatMap(({ name, refused }) =>
        refused === undefined ? [] : [harm(path, `logins by the access rule ${name} are refused: ${refused}`, refused)],
      ),
      ...(demoMode?.refused === undefined
        ? []
        : [harm(path, `logins without an ACL are refused: ${demoMode.refused}`, refused)]),
      ...(portals.length === 0 ? [harm(`${path}/portals`, 'it has no portal: nobody reaches it', 'create one')] : []),
    ]
  })
}

function ofClosed({ witness }: ControlParts): readonly Trouble[] {
  return witness.closed.all.map(closure => {
    const path = pathOfPlace(closure.place)
    const since = `since ${closure.since.toISOString()} it ${closedWords(closure)}`
    return hint(path, since, `when it is to be served again: lunkit undrain ${path.replace(/^\/iscsi\//, '')}`)
  })
}

/** What there is of something that is limited. */
interface Gauge {
  readonly what: string
  readonly now: number
  readonly most: number
  readonly remedy: string
}

function ofLimits({ served }: ControlParts): readonly Trouble[] {
  const { server, plan } = served
  const { limits = {}, transferMemoryBytes = TRANSFER_MEMORY_BYTES } = limitOptions(plan.limits)
  const fitting = connectionsThatFit(readOpenFilesLimit(), plan.storage.length)
  const gauges: readonly Gauge[] = [
    {
      what: 'connections',
      now: server.statistics.get('connectionsOpen'),
      most: Math.min(limits.connections ?? TARGET_LIMITS.connections, fitting),
      remedy: 'raise lunkit.limits.connections and LimitNOFILE=, or see who connects',
    },
    {
      what: 'bytes of transfer memory',
      now: server.transferMemoryUsedBytes,
      most: transferMemoryBytes,
      remedy: 'raise lunkit.limits.transfer_memory_bytes',
    },
  ]
  return gauges
    .filter(({ now, most }) => now >= most * NEAR)
    .map(({ what, now, most, remedy }) => harm('', `${now} of ${most} ${what} are in use`, remedy))
}

function ofConfiguration({ live, file }: ControlParts): readonly Trouble[] {
  const { unsaved } = live
  if (unsaved.length === 0 || file === undefined) return []
  const many = unsaved.length === 1 ? 'one change is' : `${unsaved.length} changes are`
  return [hint(unsaved[0]?.path ?? '/', `${many} not saved`, 'save, or have the configuration read again')]
}

function ofState({ state, file }: ControlParts): readonly Trouble[] {
  if (state.directory !== undefined || file === undefined) return []
  const wrong =
    'there is no state directory: serial numbers that were made, faults of disks and preferences are forgotten at the end'
  return [hint('', wrong, 'give lunkitd one that it can write (--state)')]
}

function ofSocket({ ownerOnly }: ControlParts): readonly Trouble[] {
  if (!ownerOnly) return []
  return [
    hint('', 'only the owner of the control socket may manage lunkitd', 'make a group lunkit, and start lunkitd again'),
  ]
}

function ofIsns({ isns }: ControlParts): readonly Trouble[] {
  return isns.statuses.flatMap(({ server, error }) => {
    if (error === undefined) return []
    const wrong = `targets are not registered with the iSNS server ${server}: ${error.message}`
    return [harm('', wrong, `mend the way to it, or take it away: lunkit isns ${server} off`)]
  })
}

function ofTls({ tls }: ControlParts): readonly Trouble[] {
  if (tls?.wrong === undefined) return []
  const wrong = `the control API by TLS keeps its former certificate and tokens: ${tls.wrong}`
  return [hint('', wrong, 'mend that, and have lunkitd read it again by SIGHUP')]
}
