/**
 * Imported by lunkitd's Node before lunkitd (`--import`): every duration of a unit's commands is recorded one by one, beside the histogram
 * that counts it. At SIGWINCH, which lunkitd has no use for, how many there are and their exact percentiles are written to the
 * file LUNKIT_RECORDED: see exact-percentiles.ts.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { Operation, unitMetrics } from '@lunkit/scsi-engine'
import { SampleRecorder } from '../load/counted/sample-recorder.ts'
import type { ExactPercentiles } from './exact-percentiles.ts'

function write(recorder: SampleRecorder, path: string): void {
  const percentiles: ExactPercentiles[] = Object.values(Operation).flatMap(operation =>
    recorder.ofPlace(unitMetrics.at.duration[operation]).map(({ labels, ...exact }) => {
      return { lun: labels[0] ?? '', operation, ...exact }
    }),
  )
  writeFileSync(`${path}.part`, JSON.stringify(percentiles))
  renameSync(`${path}.part`, path)
}

const path = process.env['LUNKIT_RECORDED']
if (isMainThread && path !== undefined) {
  const recorder = new SampleRecorder(new Set(Object.values(unitMetrics.at.duration)))
  process.on('SIGWINCH', () => write(recorder, path))
}
