import { getHeapSpaceStatistics } from 'node:v8'
import { type Lanes, storeLimits } from '@lunkit/backstores'
import { createTarget, fileio, ramdisk, type Storage } from 'lunkit'
import { SeededRandom } from '../harness/seeded-random.ts'
import { type HeapSize, heapSize } from './heap-size.ts'
import { sizeBytes, UNIT_PLANS, type UnitPlan } from './unit-plan.ts'

/** What the process tells whoever started it. */
export type LaneHostMessage =
  | { readonly kind: 'serves'; readonly host: string; readonly port: number; readonly target: string }
  | { readonly kind: 'gauges'; readonly heap: HeapSize; readonly laneDeaths: number }
  | { readonly kind: 'ended'; readonly transferMemoryUsedBytes: number; readonly failures: number }

/** What it is asked. */
export type LaneHostOrder = 'gauges' | 'calm' | 'end'

const [directory = '.', seed = '1'] = process.argv.slice(2)
const random = new SeededRandom(Number(seed))
/** The time between two deaths of a series: half of this to one and a half. */
const LIFE_MS = 3000
const DEATHS_OF_A_SERIES = 6
/** Between two series: lanes that live so long are started again without a wait, as if they had never died. */
const CALM_MS = storeLimits.restartForgetMs + 5000

let lanes: Lanes | undefined
let laneDeaths = 0

/** Takes the lanes aside when the first file is opened with them. */
const watched = (storage: Storage): Storage => ({
  ...storage,
  open: resources => {
    lanes = resources.lanes()
    return storage.open(resources)
  },
})

function disk(plan: UnitPlan): Storage {
  const { name, volatile, blockSizeBytes } = plan
  const attributes = { blockSizeBytes, emulateTpu: true, emulateTpws: true, unmapZeroesData: true }
  if (volatile) return ramdisk({ name, sizeBytes: sizeBytes(plan), attributes })
  const path = `${directory}/${name}.img`
  return watched(fileio({ name, path, sizeBytes: sizeBytes(plan), writeBack: name === 'write-back', attributes }))
}

const tell = (message: LaneHostMessage): void => {
  process.send?.(message)
}

const target = await createTarget({ luns: UNIT_PLANS.map(disk) })

function heapNow(): HeapSize {
  return heapSize(
    getHeapSpaceStatistics().map(space => ({
      name: space.space_name,
      usedBytes: space.space_used_size,
      residentBytes: space.physical_space_size,
    })),
  )
}

function killLane(): void {
  // One that is on its way back already has to be waited for.
  if (lanes?.isHealthy) {
    lanes.terminate(random.below(lanes.count))
    laneDeaths++
  }
  const seriesEnds = laneDeaths % DEATHS_OF_A_SERIES === 0
  killer = setTimeout(killLane, seriesEnds ? CALM_MS : LIFE_MS * (0.5 + random.next() / 2 ** 32))
}
let killer = setTimeout(killLane, LIFE_MS)

async function end(): Promise<void> {
  clearTimeout(killer)
  const failures = await target.close()
  tell({ kind: 'ended', transferMemoryUsedBytes: target.server.transferMemoryUsedBytes, failures: failures.length })
  process.disconnect()
}

process.on('message', (order: LaneHostOrder) => {
  if (order === 'calm') clearTimeout(killer)
  if (order === 'end') void end()
  else tell({ kind: 'gauges', heap: heapNow(), laneDeaths })
})
tell({ kind: 'serves', ...target.address })
