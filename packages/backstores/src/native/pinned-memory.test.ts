import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import type { Libc } from './libc.ts'
import { PinnedMemory } from './pinned-memory.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Memory that nobody but its pins knows, pinned so many times. */
function pinned(times: number): { pins: PinnedMemory[]; memory: WeakRef<ArrayBuffer> } {
  const memory = new ArrayBuffer(4096)
  const library = { addressOf: () => 4096 } as unknown as Libc
  // The pins know their memory: only what keeps it by itself is asked for here.
  const pins = Array.from({ length: times }, () => new PinnedMemory(library, memory))
  return { pins, memory: new WeakRef(memory) }
}

/** Whether memory is still there when all that can go has gone. */
async function isAlive(memory: WeakRef<ArrayBuffer>): Promise<boolean> {
  for (let round = 0; round < 5; round++) {
    await new Promise(resolve => setImmediate(resolve))
    collect()
  }
  return memory.deref() !== undefined
}

function releaseAll(pins: PinnedMemory[]): void {
  for (const pin of pins.splice(0)) pin.release()
}

it('memory is kept as long as an address of it is in use, and no longer', async () => {
  const { pins, memory } = pinned(3)
  const releases = pins.splice(0).map(pin => () => pin.release())
  releases[0]?.()
  // Once more by the same one counts for nothing.
  releases[0]?.()
  releases.shift()
  releases.shift()?.()
  // The last pin is forgotten without having been released.
  releases.length = 0
  expect(await isAlive(memory)).toBe(true)
})

it('memory is let go with the last address', async () => {
  const { pins, memory } = pinned(2)
  releaseAll(pins)
  expect(await isAlive(memory)).toBe(false)
})
