import { mkdtempSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { openScripted } from '../testing/scripted-store.ts'

const { read } = StoreOperation
const MiB = 1024 * 1024
const block = pattern(4096, 1)

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

describe('a disk that was given its size', () => {
  it.each([2 * MiB, MiB / 2])('keeps it whatever the file has: %i bytes', async fileBytes => {
    await using scripted = await openFile({ sizeBytes: MiB })
    const { store, events, path } = scripted
    truncateSync(path, fileBytes)
    await store.checkSize()
    expect([store.sizeBytes, events]).toEqual([MiB, []])
  })
})
