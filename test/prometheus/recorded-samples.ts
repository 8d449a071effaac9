/**
 * Imported by lunkitd's Node before lunkitd (`--import`): every duration of a unit's commands is recorded one by one, beside the histogram
 * that counts it. At SIGWINCH, which lunkitd has no use for, they are written to files beside LUNKIT_RECORDED, which says what each of them is: see
 * exact-percentiles.ts. Some millions are nothing to sort in a thread that initiators wait for.
 */
import { rename, writeFile } from 'node:fs/promises'
import { isMainThread } from 'node:worker_threads'
import { Operation, unitMetrics } from '@lunkit/scsi-engine'
import { SampleRecorder } from '../load/counted/sample-recorder.ts'
import type { RecordedFile } from './exact-percentiles.ts'

async function write(recorder: SampleRecorder, path: string): Promise<void> {
  const files: RecordedFile[] = []
  for (const operation of Object.values(Operation))
    for (const { labels, samples } of recorder.ofPlace(unitMetrics.at.duration[operation])) {
      const file = `${path}.${files.length}`
      await writeFile(file, samples)
      files.push({ lun: labels[0] ?? '', operation, file })
    }
  await writeFile(`${path}.part`, JSON.stringify(files))
  await rename(`${path}.part`, path)
}

const path = process.env['LUNKIT_RECORDED']
if (isMainThread && path !== undefined) {
  const recorder = new SampleRecorder(new Set(Object.values(unitMetrics.at.duration)))
  process.on('SIGWINCH', () => void write(recorder, path))
}
