import { setTimeout as sleep } from 'node:timers/promises'

/** Long enough for V8 to give back what it has taken. */
const REST_MS = 25_000
const LOOK_MS = 250

/** What is left after a rest: as soon as it is little enough, or else when V8 has had the time to give back what it has taken. */
export async function afterRest<Left>(look: () => Promise<Left>, isEnough: (left: Left) => boolean): Promise<Left> {
  for (const endMs = performance.now() + REST_MS; performance.now() < endMs; await sleep(LOOK_MS)) {
    const left = await look()
    if (isEnough(left)) return left
  }
  return look()
}
