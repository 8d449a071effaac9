import { mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { errno } from '../native/errno.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { openScripted } from '../testing/scripted-store.ts'
import type { FileEnd } from './file-end.ts'
import { ServedSize } from './served-size.ts'
import { SizeLooks } from './size-looks.ts'

const { read } = StoreOperation
const MiB = 1024 * 1024
const block = pattern(4096, 1)

const turn = () => new Promise(resolve => setImmediate(resolve))

/** A file of 1 MiB that was there before, opened as a disk of its own size unless one is given. */
function openFile({ sizeBytes, native = false }: { readonly sizeBytes?: number; readonly native?: boolean } = {}) {
  const path = join(mkdtempSync(join(tmpdir(), 'lunkit-served-')), 'disk.img')
  writeFileSync(path, Buffer.alloc(MiB, 7))
  return openScripted({ path, sizeBytes, native })
}

describe('a disk that has the size of its file', () => {
  it.each([
    ['longer', 2 * MiB, 2 * MiB],
    ['longer by a part of a block', 2 * MiB + 100, 2 * MiB],
    ['shorter', MiB / 2, MiB / 2],
  ])('follows it when it is looked at and is %s, and says so once', async (_, fileBytes, sizeBytes) => {
    await using scripted = await openFile()
    const { store, events, path } = scripted
    truncateSync(path, fileBytes)
    expect([store.sizeBytes, events]).toEqual([MiB, []])
    await Promise.all([store.checkSize(), store.checkSize()])
    await store.checkSize()
    expect([store.sizeBytes, events]).toEqual([sizeBytes, [{ kind: 'resized' }]])
  })

  it('serves what has come to it, and keeps it', async () => {
    await using scripted = await openFile({ native: true })
    const { driver, path, store } = scripted
    expect(await driver.write(MiB, block)).toBe('gone')
    truncateSync(path, 2 * MiB)
    await store.checkSize()
    await store.settled
    expect(await driver.write(MiB, block)).toBeUndefined()
    expect(statSync(path).size).toBe(2 * MiB)
  })

  it.each([true, false])('is resized when a read finds that the file was cut off; native %s', async native => {
    await using scripted = await openFile({ native })
    const { driver, events, path, script, store } = scripted
    truncateSync(path, MiB / 2)
    if (!native || !scripted.canReadInPlace) script.next('read', 0)
    const slot = driver.take(4096)
    expect(await driver.perform({ operation: read, offset: MiB / 2, lengthBytes: 4096, slot })).toBe('gone')
    slot.release()
    await store.checkSize()
    expect([store.sizeBytes, events]).toEqual([MiB / 2, [{ kind: 'resized' }]])
  })

  it('is resized when a write finds that the file was cut off, which does not grow again', async () => {
    await using scripted = await openFile()
    const { driver, events, path, script, store } = scripted
    truncateSync(path, MiB / 2)
    script.next('sizeBytes', MiB / 2)
    expect(await driver.write(MiB / 2, block)).toBe('gone')
    await store.checkSize()
    expect([store.sizeBytes, events, statSync(path).size]).toEqual([MiB / 2, [{ kind: 'resized' }], MiB / 2])
  })

  it('keeps its size when next to nothing is left of the file', async () => {
    await using scripted = await openFile()
    const { store, events, path } = scripted
    truncateSync(path, 4095)
    await store.checkSize()
    expect([store.sizeBytes, events]).toEqual([MiB, []])
  })

  it('is not looked at any more once it is closed', async () => {
    const scripted = await openFile()
    const { store, events, path } = scripted
    truncateSync(path, 2 * MiB)
    const closed = store.close()
    await store.checkSize()
    await closed
    expect([store.sizeBytes, events]).toEqual([MiB, []])
    await scripted[Symbol.asyncDispose]()
  })
})

describe('a disk that follows its file', () => {
  it('looks at it every ten seconds by itself, and no more once it is closed', async () => {
    const scripted = await openFile()
    const { events, lanes, path, store } = scripted
    truncateSync(path, 2 * MiB)
    lanes.timers.advance(9999)
    await turn()
    expect(events).toEqual([])
    lanes.timers.advance(1)
    await vi.waitFor(() => expect(events).toEqual([{ kind: 'resized' }]))
    truncateSync(path, 3 * MiB)
    await vi.waitFor(() => expect(lanes.timers.set).toBe(1))
    lanes.timers.advance(10_000)
    await vi.waitFor(() => expect(store.sizeBytes).toBe(3 * MiB))
    await scripted[Symbol.asyncDispose]()
    expect(lanes.timers.set).toBe(0)
  })

  it('keeps the size that it is given, and follows again when it is given none', async () => {
    await using scripted = await openFile()
    const { events, lanes, path, store } = scripted
    expect(await store.resize(MiB / 2)).toBeUndefined()
    await store.checkSize()
    expect([store.sizeBytes, statSync(path).size, lanes.timers.set]).toEqual([MiB / 2, MiB, 0])
    expect(await store.resize(undefined)).toBeUndefined()
    truncateSync(path, 2 * MiB)
    await store.checkSize()
    expect([store.sizeBytes, lanes.timers.set, events.length]).toEqual([2 * MiB, 1, 3])
  })
})

describe('a disk that is given another size', () => {
  it('makes its file longer, sparse, and no longer file', async () => {
    await using scripted = await openFile({ sizeBytes: MiB })
    const { store, path } = scripted
    expect(await store.resize(64 * MiB)).toBeUndefined()
    const { size, blocks } = statSync(path)
    expect([store.sizeBytes, size, blocks * 512 < 2 * MiB]).toEqual([64 * MiB, 64 * MiB, true])
    truncateSync(path, 128 * MiB)
    expect(await store.resize(65 * MiB)).toBeUndefined()
    expect(statSync(path).size).toBe(128 * MiB)
  })

  it('keeps what lies behind a smaller end, lets what is on its way there run to its end, and shows it all when it grows again', async () => {
    await using scripted = await openFile({ sizeBytes: MiB })
    const { driver, lanes, path, script, store } = scripted
    lanes.automatic = false
    const writing = driver.write(MiB - 4096, block)
    expect(await store.resize(MiB / 2)).toBeUndefined()
    expect(await driver.write(MiB - 4096, pattern(4096, 2))).toBe('gone')
    await lanes.serveAll()
    expect([await writing, script.made.filter(([call]) => call === 'write').length]).toEqual([undefined, 1])
    expect(await store.resize(MiB)).toBeUndefined()
    expect([store.sizeBytes, readFileSync(path).equals(Buffer.alloc(MiB, 7))]).toEqual([MiB, true])
  })

  it('grows over no file that is only read', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'lunkit-served-')), 'disk.img')
    writeFileSync(path, Buffer.alloc(MiB, 7))
    await using scripted = await openScripted({ path, sizeBytes: MiB / 2, readOnly: true })
    const { events, store } = scripted
    expect([await store.resize(2 * MiB), await store.resize(MiB)]).toEqual(['readOnly', undefined])
    expect([store.sizeBytes, events]).toEqual([MiB, [{ kind: 'resized' }]])
  })
})

/** What is served of a file whose end is where the test says. */
function setUp({ follows = false, canGrow = true } = {}) {
  const timers = new ManualTimers()
  const end = {
    find: vi.fn<FileEnd['find']>(() => Promise.resolve(MiB)),
    extend: vi.fn<FileEnd['extend']>(() => Promise.resolve()),
  }
  const descriptor = {
    isOpen: true,
    sizeBytes: MiB,
    resize: (sizeBytes: number) => void (descriptor.sizeBytes = sizeBytes),
  }
  const served = new ServedSize({ follows, canGrow, end, descriptor, timers, looks: new SizeLooks() })
  return { timers, end, descriptor, served }
}

describe('a size that cannot be', () => {
  it.each([
    ['noSpace', errno.ENOSPC],
    ['noSpace', errno.EFBIG],
    ['io', errno.EIO],
  ])('is refused for %s, and changes nothing', async (fault, number) => {
    const { descriptor, end, served } = setUp()
    end.extend.mockRejectedValue(Object.assign(new Error('it failed'), { errno: -number }))
    expect([await served.change(2 * MiB), descriptor.sizeBytes]).toEqual([fault, MiB])
    expect(end.extend).toHaveBeenCalledWith(MiB, 2 * MiB)
    end.extend.mockResolvedValue()
    expect([await served.change(2 * MiB), descriptor.sizeBytes]).toEqual([undefined, 2 * MiB])
  })

  it('is that of a file of which next to nothing is left, or of a disk that is closed meanwhile', async () => {
    const { descriptor, end, served } = setUp()
    end.find.mockResolvedValue(4095)
    expect([await served.change(undefined), descriptor.sizeBytes]).toEqual(['gone', MiB])
    end.find.mockImplementation(() => {
      descriptor.isOpen = false
      return Promise.resolve(2 * MiB)
    })
    expect([await served.change(2 * MiB), descriptor.sizeBytes]).toEqual(['gone', MiB])
  })

  it('waits for one that was asked for before', async () => {
    const { descriptor, end, served } = setUp()
    const found = Promise.withResolvers<number>()
    end.find.mockReturnValueOnce(found.promise)
    const changes = [served.change(2 * MiB), served.change(MiB / 2)]
    found.resolve(MiB)
    expect([await Promise.all(changes), descriptor.sizeBytes]).toEqual([[undefined, undefined], MiB / 2])
  })
})

describe('a file system that hangs', () => {
  it('is asked once, however often that is wished, and later is again only after it has answered', async () => {
    const { descriptor, end, served, timers } = setUp({ follows: true })
    const found = Promise.withResolvers<number>()
    end.find.mockReturnValue(found.promise)
    timers.advance(60_000)
    const checked = served.check()
    await Promise.resolve()
    expect([end.find.mock.calls.length, timers.set]).toEqual([1, 0])
    found.resolve(2 * MiB)
    await checked
    expect(descriptor.sizeBytes).toBe(2 * MiB)
    await vi.waitFor(() => expect(timers.set).toBe(1))
  })
})

describe('a disk that was given its size', () => {
  it.each([2 * MiB, MiB / 2])('keeps it whatever the file has: %i bytes', async fileBytes => {
    await using scripted = await openFile({ sizeBytes: MiB })
    const { store, events, path } = scripted
    truncateSync(path, fileBytes)
    await store.checkSize()
    expect([store.sizeBytes, events]).toEqual([MiB, []])
  })
})
