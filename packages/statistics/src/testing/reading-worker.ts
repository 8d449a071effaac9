import { parentPort, workerData } from 'node:worker_threads'
import { BlockReader } from '../block-reader.ts'
import { tested } from './declared.ts'

/** Reads a block again and again while another thread changes it, and tells what could not be. */
const { memory, readings } = workerData as { memory: SharedArrayBuffer; readings: number }
const reader = new BlockReader(tested, memory)
const wrong: string[] = []
let reads = 0
for (let reading = 0; reading < readings; reading++) {
  let sum = 0
  for (const { labels, values } of reader.snapshot()) {
    sum += values.commands.read
    if (labels.target.startsWith('_')) continue
    if (labels.unit !== `of ${labels.target}`) wrong.push(`labels of two rows: ${labels.target}, ${labels.unit}`)
    if (![0, Number(labels.target)].includes(values.errors)) wrong.push(`${values.errors} errors of ${labels.target}`)
  }
  if (sum < reads) wrong.push(`${sum} reads after ${reads}`)
  reads = sum
}
parentPort?.postMessage({ wrong: wrong.slice(0, 10), reads, last: reader.snapshot().length })
