import { connect } from 'lunkit'
import { Daemon, type DaemonOptions } from '../harness/daemon.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import { storesOf } from '../harness/save-config.ts'

const OPENING = 'disks looked at and opened'
const READING = 'login and READ'
/** What ends each part of a start, as lunkitd logs it. */
const PARTS: readonly (readonly [part: string, until: RegExp])[] = [
  ['Node and modules', /^lunkitd starts/],
  ['the file read and planned', /^configuration /],
  [OPENING, /^portal .* listens/],
  ['initiators let in, all of it logged', /^serving /],
]

/** A lunkitd that serves, and how long its start took, in milliseconds. */
export type Start = {
  readonly daemon: Daemon
  /** Until an initiator had read a block of the last LUN of the last target. */
  readonly readMs: number
  /** By part, in their order. */
  readonly parts: ReadonlyMap<string, number>
}

/** Starts lunkitd and reads a block of the last LUN of the last target. */
export async function start(served: ServedConfig, directory: string, options: DaemonOptions = {}): Promise<Start> {
  const startedAt = Date.now()
  const startedMs = performance.now()
  const daemon = await Daemon.start(served, directory, options)
  const listeningMs = performance.now() - startedMs
  await readLast(served, daemon)
  const readMs = performance.now() - startedMs
  const parts = partsOf(daemon, startedAt)
  const logged = [...parts.values()].reduce((sum, ms) => sum + ms, 0)
  parts.set('URLs printed', listeningMs - logged)
  parts.set(READING, readMs - listeningMs)
  return { daemon, readMs, parts }
}

/** Reads a block of the last LUN of the last target. */
export async function readLast(served: ServedConfig, daemon: Daemon): Promise<void> {
  const { host, port } = daemon.address(0)
  const last = served.others?.at(-1) ?? served
  await using session = await connect({ host, port, target: last.iqn })
  const unit = session.lun(last.stores.length - 1)
  await unit.ready()
  await unit.read(0, 1)
}

/** How long each part took, as the times of the log say. */
function partsOf({ records }: Daemon, startedAt: number): Map<string, number> {
  let before = startedAt
  const parts = new Map<string, number>()
  for (const [part, until] of PARTS) {
    const at = Number(records.find(({ msg }) => until.test(msg))?.['time'] ?? before)
    parts.set(part, at - before)
    before = at
  }
  return parts
}

/** How long a start took until its URLs were printed, apart from the opening of disks, in milliseconds. */
export const apartFromOpeningMs = ({ parts }: Start): number =>
  [...parts].filter(([part]) => part !== OPENING && part !== READING).reduce((sum, [, ms]) => sum + ms, 0)

/** A start in a line. */
export const described = ({ readMs, parts }: Start, served: ServedConfig): string =>
  `${storesOf(served).length} LUNs served after ${readMs.toFixed(0)} ms: ` +
  [...parts].map(([part, ms]) => `${part} ${ms.toFixed(0)}`).join(', ')
