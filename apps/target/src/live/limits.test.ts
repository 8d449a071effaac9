import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EditCall } from '@lunkit/config'
import type { LogicalUnit, ScsiError } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withLun } from '../testing/client.ts'
import { saveConfig } from '../testing/save-config.ts'
import { serveFile } from '../testing/serve-file.ts'

const CONFIGURATION = saveConfig([{ plugin: 'ramdisk', name: 'a', size: 1024 * 1024 }])
const SECOND = 1000

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-limits-'))
})
afterEach(() => rm(directory, { recursive: true }))

const set = (settings: Readonly<Record<string, string | number>>): EditCall => ({
  name: 'setStorageSettings',
  given: { storage_object: '/backstores/ramdisk/a', settings },
})

/** Reads with so many commands at a time, for so many ms; how many a second. */
async function readFor(unit: LogicalUnit, ms: number, depth = 16): Promise<number> {
  const startMs = performance.now()
  let done = 0
  const readOn = async () => {
    for (; performance.now() - startMs < ms; done++) await unit.read(done % 1024, 8)
  }
  await Promise.all(Array.from({ length: depth }, readOn))
  return (done * SECOND) / (performance.now() - startMs)
}

const within = (measured: number, wanted: number): boolean => Math.abs(measured - wanted) <= 0.05 * wanted

describe('the limits of a storage object', () => {
  it('hold from when they are set, change and are taken away, while the initiator that reads stays logged in', async () => {
    await using here = await serveFile(join(directory, 'saveconfig.json'), CONFIGURATION)
    const { live } = here
    await withLun(here.url, async unit => {
      await readFor(unit, 100)
      expect(await live.edit([set({ limit_iops: 60, limit_burst_ms: 200 })])).toMatchObject({ steps: 1 })
      await readFor(unit, 100)
      expect(await readFor(unit, 1000)).toSatisfy((found: number) => within(found, 60))
      expect(await live.edit([set({ limit_iops: '', limit_bytes: 491_520 })])).toMatchObject({ steps: 1 })
      await readFor(unit, 100)
      expect(await readFor(unit, 1000)).toSatisfy((found: number) => within(found, 120))
      await live.edit([set({ limit_bytes: '', limit_burst_ms: '' })])
      expect(await readFor(unit, 200)).toBeGreaterThan(240)
    })
  })

  it('are shared evenly by two initiators, the one that asks for much and the one that asks for little', async () => {
    await using here = await serveFile(join(directory, 'saveconfig.json'), CONFIGURATION)
    await here.live.edit([set({ limit_iops: 100, limit_burst_ms: 200 })])
    const done = { much: 0, little: 0 }
    let over = false
    const load = (name: keyof typeof done, depth: number) =>
      withLun(
        here.url,
        async unit => {
          const readOn = async () => {
            for (; !over; done[name]++) await unit.read(0, 8)
          }
          await Promise.all(Array.from({ length: depth }, readOn))
        },
        { initiatorName: `iqn.2026-11.com.example:${name}` },
      )
    const loads = [load('much', 32), load('little', 4)]
    await vi.waitFor(() => expect(Math.min(...Object.values(done))).toBeGreaterThan(10))
    const before = { ...done }
    await vi.waitFor(() => expect(done.much - before.much).toBeGreaterThan(40), { timeout: 5 * SECOND })
    const little = done.little - before.little
    over = true
    await Promise.all(loads)
    expect(little).toSatisfy((found: number) => found > 36 && found < 46)
  })

  it('stand beside what is for tests: failures and delays, which come and go, and are once what is to be once', async () => {
    await using here = await serveFile(join(directory, 'saveconfig.json'), CONFIGURATION)
    const { live } = here
    await withLun(here.url, async unit => {
      const senses: unknown[] = []
      const read = () =>
        unit.read(0, 1).then(
          () => 'read',
          ({ senseName }: ScsiError) => senseName,
        )
      await live.edit([set({ fault: 'io', fault_operation: 'read', fault_times: 1 })])
      senses.push(await read(), await read())
      // What changes beside it does not have it happen again.
      await live.edit([set({ limit_iops: 1000 })])
      senses.push(await read())
      await live.edit([set({ fault_times: '', fault_offset: 512, fault_bytes: 512 })])
      senses.push(await read(), await unit.read(1, 1).catch(({ senseName }: ScsiError) => senseName))
      await live.edit([set({ fault: '' })])
      senses.push(await read())
      expect(senses).toEqual(['unrecoveredReadError', 'read', 'read', 'read', 'unrecoveredReadError', 'read'])
      await live.edit([set({ delay_ms: 200, delay_operation: 'read', delay_times: 1 })])
      const startMs = performance.now()
      await read()
      expect(performance.now() - startMs).toBeGreaterThan(190)
    })
  })

  it('keep nobody from giving up what waits', async () => {
    await using here = await serveFile(join(directory, 'saveconfig.json'), CONFIGURATION)
    await here.live.edit([set({ limit_iops: 1, limit_burst_ms: 1 })])
    await withLun(here.url, async unit => {
      await unit.read(0, 1)
      const startMs = performance.now()
      const given = Array.from({ length: 16 }, () =>
        unit.read(0, 1, { timeoutMs: 100 }).catch((error: unknown) => error),
      )
      await Promise.all(given)
      expect(performance.now() - startMs).toBeLessThan(5 * SECOND)
    })
  })
})
