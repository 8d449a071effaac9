/**
 * Imported by lunkitd's Node before lunkitd (`--import`): how late a timer of its protocol thread is, looked at as lunkitd does it and
 * twenty times as often. At SIGWINCH, which lunkitd has no use for, what has come since the last is written to the file LUNKIT_LAG.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const LOOK_EVERY_MS = 5

/** From the first SIGWINCH on: until then lunkitd has nothing more to do than it has anyway. */
function record(path: string): void {
  let lagsMs: number[] = []
  let lookedMs: number | undefined
  const look = (): void => {
    const nowMs = performance.now()
    if (lookedMs !== undefined) lagsMs.push(nowMs - lookedMs - LOOK_EVERY_MS)
    lookedMs = nowMs
  }
  process.once('SIGWINCH', () => setInterval(look, LOOK_EVERY_MS).unref())
  process.on('SIGWINCH', () => {
    writeFileSync(`${path}.part`, JSON.stringify(lagsMs))
    renameSync(`${path}.part`, path)
    lagsMs = []
  })
}

const path = process.env['LUNKIT_LAG']
if (isMainThread && path !== undefined) record(path)
