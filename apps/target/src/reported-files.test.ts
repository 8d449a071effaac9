import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addressOf, withLun } from './testing/client.ts'
import { Level, startLunkitd } from './testing/lunkitd.ts'
import { OPEN_TO_ALL, saveConfig, TARGET_NAME } from './testing/save-config.ts'

// Each test starts a process, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const rd = { plugin: 'ramdisk', name: 'rd0', size: 16 * MIB }

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('lunkitd serves files as they were reported from elsewhere:', () => {
  it('a disk that holds no block of its size is not served, and why; the other is', async () => {
    const small = { plugin: 'ramdisk', name: 'r', size: 2048, attributes: { block_size: 4096 } }
    await using lunkitd = await startLunkitd(directory, saveConfig([small, rd]))
    const urls = await lunkitd.urls(1)
    expect(urls.map(url => addressOf(url).lun)).toEqual([1])
    const said = lunkitd.log.filter(({ level }) => level >= Level.warn).map(({ msg }) => msg)
    expect(said).toContain(
      'size is 2048, which holds no block of 4096 bytes; right is 4096 or more; the storage object is not served',
    )
  })

  it('a file that holds no block of its size, either', async () => {
    const dev = join(directory, 'small.img')
    await writeFile(dev, '')
    await truncate(dev, 2048)
    const small = { plugin: 'fileio', name: 'f', dev, size: 2048, attributes: { block_size: 4096 } }
    await using lunkitd = await startLunkitd(directory, saveConfig([small, rd]))
    expect((await lunkitd.urls(1)).map(url => addressOf(url).lun)).toEqual([1])
  })

  it.each([
    ['decomposed', 'bu\u0308ro', 'b\u00fcro'],
    ['composed', 'b\u00fcro', 'bu\u0308ro'],
    ['full width', '\uff44\uff49\uff53\uff4b', 'DISK'],
    ['a sharp s', 'stra\u00dfe', 'STRASSE'],
  ])('an ACL whose name has letters that RFC 3722 folds lets its initiator in: %s', async (_what, written, sent) => {
    const mapped_luns = [{ index: 3, tpg_lun: 0 }]
    const node_acls = [{ node_wwn: `iqn.2026-11.com.example:${written}`, mapped_luns }]
    const attributes = { ...OPEN_TO_ALL, generate_node_acls: 0 }
    await using lunkitd = await startLunkitd(directory, saveConfig([rd], { attributes, node_acls }))
    const [url = ''] = await lunkitd.urls(1)
    const { host, port } = addressOf(url)
    const address = { host, port, target: TARGET_NAME.toUpperCase() }
    await using session = await connect({ ...address, initiatorName: `iqn.2026-11.com.example:${sent}` })
    expect(await session.lun(3).reportLuns()).toEqual([3])
    await expect(connect({ ...address, initiatorName: 'iqn.2026-11.com.example:other' })).rejects.toThrow(
      'authorizationFailure',
    )
  })

  it('numbers as texts, flags as 0 and 1', async () => {
    const node_acls = [
      {
        node_wwn: 'iqn.2026-11.com.example:i',
        mapped_luns: [{ index: '0', tpg_lun: 0, write_protect: 1 }],
      },
    ]
    const portals = [{ ip_address: '127.0.0.1', port: '0', iser: 0 }]
    const luns = [{ index: '7', storage_object: '/backstores/ramdisk/rd0' }]
    await using lunkitd = await startLunkitd(
      directory,
      saveConfig([rd], { enable: 1, tag: '1', portals, luns, node_acls }),
    )
    const [url = ''] = await lunkitd.urls(1)
    expect(addressOf(url).lun).toBe(7)
    await withLun(url, async unit => expect(await unit.readCapacity()).toMatchObject({ blocks: 32_768 }))
  })

  it('a size of 0 where the file is there', async () => {
    const dev = join(directory, 'exist.img')
    await writeFile(dev, '')
    await truncate(dev, MIB)
    const arch = { plugin: 'fileio', name: 'arch', dev, size: 0, write_back: 0 }
    await using lunkitd = await startLunkitd(directory, saveConfig([arch]))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => expect(await unit.readCapacity()).toMatchObject({ blocks: 2048 }))
  })

  it('the highest numbers that LIO can have written', async () => {
    const most = 4_294_967_295
    const attributes = {
      emulate_tpu: 1,
      unmap_granularity: most,
      unmap_granularity_alignment: most,
      max_unmap_lba_count: most,
      max_unmap_block_desc_count: most,
      max_write_same_len: most,
      optimal_sectors: most,
      queue_depth: most,
    }
    await using lunkitd = await startLunkitd(directory, saveConfig([{ ...rd, attributes }]))
    const [url = ''] = await lunkitd.urls(1)
    await withLun(url, async unit => {
      const { body } = await unit.vitalProductData(0xb0)
      // UNMAP GRANULARITY ALIGNMENT has 31 bits, beside UGAVALID.
      expect(Buffer.from(body).toString('hex').slice(32, 64)).toBe('ffffffffffffffffffffffffffffffff')
    })
  })
})
