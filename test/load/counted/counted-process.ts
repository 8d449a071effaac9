import { DiskServer, type ServedTarget } from 'lunkit'
import type { Comparison } from './comparison.ts'
import { type CountedDisk, storageOf } from './counted-disk.ts'
import { type CountedRow, countedRows } from './counted-rows.ts'
import { NeverBack } from './never-back.ts'
import type { NeverBackReport } from './never-back-worker.ts'
import { SampleRecorder } from './sample-recorder.ts'
import type { Counts } from './tally.ts'

/** A target that is to be served. */
export interface CountedTargetPlan {
  readonly name: string
  /** The first one is LUN 0. */
  readonly disks: readonly CountedDisk[]
  /** Who may log in; everybody when left out. */
  readonly initiators?: readonly string[]
}

/** A LUN of a target. */
interface LunPlace {
  readonly target: string
  readonly lun: number
}

/** What was counted until now. */
export interface CountedSnapshot {
  readonly server: Counts
  readonly portals: readonly CountedRow[]
  readonly sessions: readonly CountedRow[]
  readonly units: readonly CountedRow[]
  readonly nexuses: readonly CountedRow[]
  readonly transferMemoryUsedBytes: number
}

/** What the process is asked by, and what it answers with. */
export interface CountedOrders {
  readonly serve: {
    readonly asks: CountedTargetPlan
    readonly answers: { readonly host: string; readonly port: number }
  }
  readonly addLun: { readonly asks: LunPlace & { readonly disk: CountedDisk }; readonly answers: undefined }
  /** A disk that another target has, by its place there. */
  readonly shareLun: { readonly asks: LunPlace & { readonly disk: LunPlace }; readonly answers: undefined }
  readonly removeLun: { readonly asks: LunPlace; readonly answers: undefined }
  readonly counts: { readonly asks: undefined; readonly answers: CountedSnapshot }
  /** Each histogram of each row that there is, beside its samples. */
  readonly histograms: { readonly asks: undefined; readonly answers: readonly Comparison[] }
  /** Each histogram of all rows together. */
  readonly sums: { readonly asks: undefined; readonly answers: readonly Comparison[] }
  /** What a thread has seen that read everything all the time, after which it reads no more. */
  readonly neverBack: { readonly asks: undefined; readonly answers: NeverBackReport }
  readonly end: { readonly asks: undefined; readonly answers: undefined }
}

/** Its name, and what is asked. */
export interface CountedOrder<Kind extends keyof CountedOrders = keyof CountedOrders> {
  readonly kind: Kind
  readonly asks: CountedOrders[Kind]['asks']
}

/** How an order was carried out, or why it was not. */
export type CountedAnswer = { readonly answer: unknown } | { readonly failure: string }

const recorder = new SampleRecorder()
const server = new DiskServer()
const { blocks } = server.statistics
const neverBack = new NeverBack(Object.fromEntries(Object.entries(blocks).map(([name, { memory }]) => [name, memory])))

const targetOf = (name: string): ServedTarget => {
  const target = server.target(name)
  if (!target) throw new Error(`no target ${name} is served`)
  return target
}

const diskAt = ({ target, lun }: LunPlace) => {
  const served = targetOf(target).luns.find(each => each.lun === lun)
  if (!served) throw new Error(`${target} has no LUN ${lun}`)
  return served.disk
}

const compared = () => [blocks.units, blocks.nexuses, blocks.threads]

const carryOut: { readonly [Kind in keyof CountedOrders]: (asks: CountedOrders[Kind]['asks']) => unknown } = {
  serve: async ({ disks, ...plan }) => (await server.addTarget({ ...plan, luns: disks.map(storageOf) })).portals[0],
  addLun: async ({ target, lun, disk }) => void (await targetOf(target).addLun(storageOf(disk), { lun })),
  shareLun: async ({ target, lun, disk }) => void (await targetOf(target).addLun(diskAt(disk), { lun })),
  removeLun: ({ target, lun }) => targetOf(target).removeLun(lun),
  counts: (): CountedSnapshot => {
    const { transferMemoryUsedBytes, statistics } = server
    const { portals, sessions, units, nexuses } = statistics.snapshot()
    return {
      server: statistics.read(),
      portals: countedRows(portals),
      sessions: countedRows(sessions),
      units: countedRows(units),
      nexuses: countedRows(nexuses),
      transferMemoryUsedBytes,
    }
  },
  histograms: () => compared().flatMap(block => recorder.byRow(block)),
  sums: () => compared().flatMap(block => recorder.inAll(block)),
  neverBack: () => neverBack.report(),
  end: async () => {
    await server.close()
    setImmediate(() => process.disconnect())
  },
}

async function answer({ kind, asks }: CountedOrder): Promise<CountedAnswer> {
  try {
    return { answer: await carryOut[kind](asks as never) }
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

// Whoever started it is gone, or wants no more of it.
process.once('disconnect', () => process.exit())
process.on('message', (order: CountedOrder) => void answer(order).then(told => process.send?.(told)))
