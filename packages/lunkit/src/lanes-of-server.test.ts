import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lanes } from '@lunkit/backstores'
import { connect, createTarget, type DiskServerOptions, fileio, type LaneEvent, ramdisk, type Storage } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const MIB = 1024 * 1024

let path = ''
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'lunkit-lanes-'))
})
afterEach(() => rm(path, { recursive: true }))

/** How often the lanes were asked for what had completed while a block was written through. */
async function looks(options: DiskServerOptions): Promise<number> {
  const file = fileio({ path: join(path, 'disk.img'), sizeBytes: MIB, writeBack: false })
  const asked = vi.fn<() => void>()
  const storage: Storage = {
    ...file,
    open: resources => {
      const lanes = resources.lanes() as Lanes
      const poll = lanes.poll.bind(lanes)
      lanes.poll = () => {
        asked()
        return poll()
      }
      return file.open(resources)
    },
  }
  await using target = await createTarget({ luns: [storage], ...options })
  await using session = await connect(target.address)
  await session.unit.write(0, new Uint8Array(512))
  return asked.mock.calls.length
}

describe('the lanes of a server', () => {
  it('are looked at for completed work only where polling is asked for', async () => {
    expect(await looks({})).toBe(0)
    expect(await looks({ pollUs: 0 })).toBe(0)
    expect(await looks({ pollUs: 1 })).toBeGreaterThan(0)
  })

  it('are those of all of its disks', async () => {
    const given: unknown[] = []
    const disk = (name: string): Storage => {
      const memory = ramdisk({ sizeBytes: MIB, name })
      return {
        ...memory,
        open: resources => {
          given.push(resources.lanes())
          return memory.open(resources)
        },
      }
    }
    await using target = await createTarget({ luns: [disk('a'), disk('b')], lanes: 1 })
    expect(target.disks).toHaveLength(2)
    expect(given[0]).toBe(given[1])
  })

  it('are as many as is asked for, and their listener hears of each', async () => {
    const serving = new Set<number>()
    const laneListener = (event: LaneEvent) => void (event.kind === 'serves' && serving.add(event.lane))
    const luns = [fileio({ path: join(path, 'disk.img'), sizeBytes: MIB })]
    await using target = await createTarget({ luns, lanes: 3, laneListener })
    await vi.waitUntil(() => serving.size >= 3, { timeout: 30_000 })
    expect(target.disks).toHaveLength(1)
    expect(serving).toEqual(new Set([0, 1, 2]))
  })
})
