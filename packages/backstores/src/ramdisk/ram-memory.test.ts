import { totalmem } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Libc } from '../native/libc.ts'
import { libc } from '../native/libc-access.ts'
import { RamChunk } from './ram-chunk.ts'
import { RamMemory } from './ram-memory.ts'

const MiB = 1024 * 1024
const PAGE_BYTES = 4096
/** What lies at the ends of a chunk stays where the processor's pages are larger. */
const LEAST_DROPPED = process.arch === 'x64' ? MiB : MiB - 131_072

const turn = () => new Promise(resolve => setImmediate(resolve))

afterEach(() => {
  vi.restoreAllMocks()
  vi.resetModules()
})

describe('a chunk of memory', () => {
  it('begins on a page', () => {
    const library = libc() as Libc
    for (let i = 0; i < 4; i++) {
      const chunk = new RamChunk()
      expect((library.addressOf(chunk.memory) + chunk.start) % PAGE_BYTES).toBe(0)
      expect(chunk.start).toBeLessThan(PAGE_BYTES)
    }
  })
})

describe('chunks that were given back', () => {
  it('lose their pages to the system, sixteen a turn, each once', async () => {
    const memory = new RamMemory(64 * MiB)
    const dropped: [number, number][] = []
    vi.spyOn(libc() as Libc, 'dropPages').mockImplementation((address, lengthBytes) => {
      dropped.push([address, lengthBytes])
      return 0
    })
    const chunks = Array.from({ length: 40 }, () => memory.take())
    for (const chunk of chunks) memory.giveBack(chunk)
    const counts: number[] = []
    for (let each = 0; each < 4; each++) {
      await turn()
      counts.push(dropped.length)
    }
    expect(counts).toEqual([16, 32, 40, 40])
    const library = libc() as Libc
    const starts = chunks.map(chunk => library.addressOf(chunk.memory) + chunk.start)
    for (const [address, lengthBytes] of dropped) {
      expect(starts.some(start => address >= start && address + lengthBytes <= start + MiB)).toBe(true)
      expect([address % PAGE_BYTES, lengthBytes >= LEAST_DROPPED]).toEqual([0, true])
    }
    expect(new Set(dropped.map(([address]) => address)).size).toBe(40)
    memory.giveBack(memory.take())
    await turn()
    expect(dropped).toHaveLength(41)
  })

  it('are taken again before others are made, those first whose pages are still there', async () => {
    const memory = new RamMemory(8 * MiB)
    const [bare, resident] = [memory.take(), memory.take()]
    memory.giveBack(bare)
    await turn()
    memory.giveBack(resident)
    expect([memory.take() === resident, memory.take() === bare, memory.usedBytes]).toEqual([true, true, 2 * MiB])
    expect([bare, resident]).not.toContain(memory.take())
  })
})

describe('the memory of the process', () => {
  it.each([
    ['its control group has', 8 * MiB, 4 * MiB],
    ['the machine has, where there is no control group', 0, Math.floor(totalmem() / 2)],
    ['the machine has, where the control group has more', totalmem() * 2, Math.floor(totalmem() / 2)],
  ])('may be ramdisks up to half of what %s', async (_what, constrained, capBytes) => {
    vi.spyOn(process, 'constrainedMemory').mockReturnValue(constrained)
    vi.resetModules()
    const { processRamMemory } = await import('./ram-memory.ts')
    expect(processRamMemory().capBytes).toBe(capBytes)
    expect(processRamMemory()).toBe(processRamMemory())
  })
})
