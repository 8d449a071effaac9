import { getHeapSpaceStatistics } from 'node:v8'
import { createTarget, fileio, ramdisk, type Storage } from 'lunkit'
import { sampleProcess } from '../harness/process-sample.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { CountedRows } from './counted-rows.ts'
import { EditLoop } from './edit-loop.ts'
import type { ExpectedLogin } from './expected-login.ts'
import { type HeapSize, heapSize } from './heap-size.ts'
import type { HostGauges } from './host.ts'
import { LaneKiller } from './lane-killer.ts'
import type { LoadedEdit } from './loaded-edit.ts'
import { LoadedUnits } from './loaded-units.ts'
import { leak, type PlantedLeak } from './planted-leak.ts'
import type { EditCounts } from './told-edits.ts'
import { TreeEdits } from './tree-edits.ts'
import { sizeBytes, UNIT_PLANS, type UnitPlan } from './unit-plan.ts'

/** How the process is started: as JSON, its one argument. */
export interface LaneHostStart {
  readonly directory: string
  readonly seed: number
  /** How long edits pause after each, on average. */
  readonly editPauseMs: number
  readonly leak?: PlantedLeak
}

/** What it is asked, and what is answered to each. */
export interface LaneHostAnswers {
  gauges: HostGauges & { readonly edits: EditCounts; readonly findings: readonly string[] }
  /** Lanes live from now on. */
  calm: void
  /** What is served is edited from now on. */
  edit: void
  perform: void
  /** No edit is made until `goOn`. */
  hold: readonly ExpectedLogin[]
  goOn: void
  end: { readonly transferMemoryUsedBytes: number; readonly failures: number }
}

/** An order, with a number that its answer has too. */
export interface LaneHostOrder {
  readonly id: number
  readonly kind: keyof LaneHostAnswers
  readonly edit?: LoadedEdit
}

/** What the process tells whoever started it. */
export type LaneHostMessage =
  | { readonly kind: 'serves'; readonly host: string; readonly port: number; readonly target: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer?: unknown; readonly error?: string }

const start = JSON.parse(process.argv[2] ?? '{}') as LaneHostStart
const { directory, seed, editPauseMs } = start
const random = new SeededRandom(seed)
const killer = new LaneKiller(random)

function disk(plan: UnitPlan): Storage {
  const { name, volatile, blockSizeBytes } = plan
  const attributes = { blockSizeBytes, emulateTpu: true, emulateTpws: true, unmapZeroesData: true }
  if (volatile) return ramdisk({ name, sizeBytes: sizeBytes(plan), attributes })
  const path = `${directory}/${name}.img`
  return killer.watched(
    fileio({ name, path, sizeBytes: sizeBytes(plan), writeBack: name === 'write-back', attributes }),
  )
}

const tell = (message: LaneHostMessage): void => {
  process.send?.(message)
}

const target = await createTarget({ luns: UNIT_PLANS.map(disk) })
const { server } = target
const units = new LoadedUnits(target, disk)
const edits = await TreeEdits.start(server, { directory, seed })
const findings: string[] = []
const rowsCounted = new CountedRows()
const loop = new EditLoop({
  edit: async () => {
    await edits.edit()
    leak(start.leak, server)
  },
  pauseMs: () => editPauseMs * (0.5 + random.next() / 2 ** 32),
  failed: error => {
    findings.push(String(error))
    // What is served is not what the model says any more.
    void loop.end()
  },
})

function heapNow(): HeapSize {
  return heapSize(
    getHeapSpaceStatistics().map(space => ({
      name: space.space_name,
      usedBytes: space.space_used_size,
      residentBytes: space.physical_space_size,
    })),
  )
}

async function gauges(): Promise<LaneHostAnswers['gauges']> {
  const sample = await sampleProcess(process.pid)
  const { files, rows, nexusRows } = edits.own
  const left = rowsCounted.left(target.statistics.rowsTaken, { own: rows, nexusesAtMost: nexusRows })
  const handles = { openFiles: sample.openFiles - files, rows: left }
  return { ...sample, ...heapNow(), ...handles, laneDeaths: killer.deaths, edits: edits.counts, findings }
}

let release = Promise.withResolvers<void>()

function hold(): Promise<readonly ExpectedLogin[]> {
  release = Promise.withResolvers()
  return new Promise((resolve, reject) => {
    loop
      .rest(async () => {
        resolve(edits.logins)
        await release.promise
      })
      .catch(reject)
  })
}

async function end(): Promise<LaneHostAnswers['end']> {
  killer.stop()
  await loop.end()
  await edits.end()
  const failures = await target.close()
  return { transferMemoryUsedBytes: server.transferMemoryUsedBytes, failures: failures.length }
}

const acts: {
  readonly [K in keyof LaneHostAnswers]: (order: LaneHostOrder) => Promise<LaneHostAnswers[K]>
} = {
  gauges: () => loop.rest(gauges),
  calm: async () => {
    killer.stop()
  },
  edit: async () => {
    loop.start()
  },
  perform: ({ edit }) =>
    loop.rest(async () => {
      if (edit) await units.perform(edit)
    }),
  hold,
  goOn: async () => {
    release.resolve()
  },
  end,
}

process.on('message', (order: LaneHostOrder) => {
  const { id, kind } = order
  void acts[kind](order)
    .then(answer => tell({ kind: 'answer', id, answer }))
    .catch((error: unknown) => tell({ kind: 'answer', id, error: String(error) }))
    .then(() => {
      if (kind === 'end') process.disconnect()
    })
})
tell({ kind: 'serves', ...target.address })
