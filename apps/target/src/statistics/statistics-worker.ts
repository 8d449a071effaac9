import { parentPort, workerData } from 'node:worker_threads'
import { openedBlocks } from './opened-blocks.ts'
import type { Answered, Asked, GivenBlock, StatisticsRequest } from './statistics-request.ts'
import { toldCounters } from './told-counters.ts'
import { toldStatistics } from './told-statistics.ts'

/** Reads what is counted, and makes the JSON of it, so that the protocol thread need not. */
const readers = openedBlocks(workerData as readonly GivenBlock[])
const encoder = new TextEncoder()

const answerTo = (request: StatisticsRequest): object =>
  request.kind === 'counters' ? toldCounters(readers, request.more) : toldStatistics(readers, request)

parentPort?.on('message', ({ id, request }: Asked) => {
  const json = encoder.encode(JSON.stringify(answerTo(request)))
  const answered: Answered = { id, json }
  parentPort?.postMessage(answered, [json.buffer])
})
