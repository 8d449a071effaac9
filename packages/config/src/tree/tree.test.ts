import { describe, expect, it } from 'vitest'
import { checkConfiguration, parseConfiguration } from '../document.ts'
import { applyEdit } from '../edits/edits.ts'
import type { Json } from '../json/value.ts'
import { configurationOf, TARGET, TPG, withTpg } from '../testing/trees.ts'
import { NoSuchPath } from './no-such-path.ts'
import { treeNode } from './tree.ts'

const empty = parseConfiguration('{}')

/** What stands in the way of a path. */
function refusalOf(configuration: typeof empty, path: string): NoSuchPath {
  try {
    treeNode(configuration, path)
  } catch (error) {
    if (error instanceof NoSuchPath) return error
  }
  throw new Error(`${path} is there`)
}

describe('the tree of nothing', () => {
  it('has the plugins and fabrics that every LIO has', () => {
    expect(treeNode(empty, '/')).toEqual({
      path: '/',
      name: '/',
      kind: 'root',
      summary: '',
      children: ['backstores', 'iscsi', 'loopback', 'vhost', 'xen-pvscsi'],
    })
    expect(treeNode(empty, '/backstores').children).toEqual(['block', 'fileio', 'pscsi', 'ramdisk'])
    expect(treeNode(empty, '/iscsi')).toEqual({
      path: '/iscsi',
      name: 'iscsi',
      kind: 'fabric',
      summary: 'Targets: 0',
      children: [],
    })
  })
})

describe('a path', () => {
  it('may be without its first "/", and have more than one between and one at the end', () => {
    for (const path of [TPG, `${TPG}/`, TPG.slice(1), TPG.replace('/tpg1', '//tpg1//')])
      expect(treeNode(withTpg({}), path)).toEqual(treeNode(withTpg({}), TPG))
    expect(treeNode(empty, '')).toEqual(treeNode(empty, '/'))
  })

  it('may be of any length', () => {
    expect(refusalOf(empty, '/a'.repeat(100_000)).path).toBe('/a')
    expect(refusalOf(empty, `/iscsi/${'a'.repeat(100_000)}`).nearest).toBe('/iscsi')
    expect(treeNode(empty, '/'.repeat(100_000)).path).toBe('/')
  })

  it('names targets, initiators and portals in any of the forms of their names', () => {
    const tpg = {
      node_acls: [{ node_wwn: 'iqn.1994-05.com.redhat:one' }],
      portals: [{ ip_address: '[::0]', port: 3260 }],
    }
    const configuration = withTpg(tpg)
    expect(treeNode(configuration, TPG.replace('iqn', 'IQN')).path).toBe(TPG.replace('iqn', 'IQN'))
    expect(treeNode(configuration, `${TPG}/acls/IQN.1994-05.com.redhat:ONE`).kind).toBe('acl')
    expect(treeNode(configuration, `${TPG}/portals`).children).toEqual(['[::0]:3260'])
    expect(treeNode(configuration, `${TPG}/portals/[::]:3260`).kind).toBe('portal')
    expect(treeNode(withTpg({ portals: [{ ip_address: '::1', port: '3260' }] }), `${TPG}/portals`).children).toEqual([
      '[::1]:3260',
    ])
  })

  it('finds what has a "/" in its name', () => {
    const wwn = 'iqn.2026-11.com.example:a/b'
    const configuration = configurationOf({ targets: [{ fabric: 'iscsi', wwn, tpgs: [{ tag: 1 }] }] })
    expect(treeNode(configuration, `/iscsi/${wwn}`).kind).toBe('target')
    expect(treeNode(configuration, '/iscsi').children).toEqual([wwn])
    expect(treeNode(configuration, `/iscsi/${wwn}/tpg1`).name).toBe('tpg1')
  })
})

describe('a path that is not there', () => {
  const disks = ['disk0', 'disk10', 'other'].map(name => ({ plugin: 'ramdisk', name, size: 512 }))
  const configuration = withTpg({ luns: [] }, { storage_objects: disks })

  it.each([
    ['/nosuch/a/b', '/nosuch', '/'],
    ['/backstore/fileio', '/backstore', '/backstores'],
    ['/backstores/ramdisk/disc0/alua', '/backstores/ramdisk/disc0', '/backstores/ramdisk/disk0'],
    ['/backstores/ramdisk/disk1', '/backstores/ramdisk/disk1', '/backstores/ramdisk/disk0'],
    ['/backstores/ramdisk/quite-different', '/backstores/ramdisk/quite-different', '/backstores/ramdisk'],
    ['/iscsi/iqn.2026-11.com.example:dosk/tpg1', '/iscsi/iqn.2026-11.com.example:dosk', `/iscsi/${TARGET}`],
    [`${TPG}/lun/lun0`, `${TPG}/lun`, `${TPG}/luns`],
    [`${TPG}/luns/lun0`, `${TPG}/luns/lun0`, `${TPG}/luns`],
    [`${TPG}/luns/toString`, `${TPG}/luns/toString`, `${TPG}/luns`],
    [`${TPG}/toString`, `${TPG}/toString`, TPG],
  ])('%s is refused by the first part of it that is not there, with the nearest that is', (path, failed, nearest) => {
    const refusal = refusalOf(configuration, path)
    expect({ ...refusal, message: refusal.message }).toEqual({
      name: 'NoSuchPath',
      path: failed,
      nearest,
      message: `No such path ${failed}`,
    })
  })
})

const COUNT = 5000

/** A value that counts how often anything of it is read. */
function counting<T extends object>(value: T, reads: { count: number }): T {
  return new Proxy(value, {
    get(target, key, receiver) {
      reads.count++
      const found: unknown = Reflect.get(target, key, receiver)
      return found
    },
  })
}

describe('a node of a large tree', () => {
  const reads = { count: 0 }
  const numbers = Array.from({ length: COUNT }, (_, at) => at)
  const storage_objects = numbers.map(at => counting({ plugin: 'ramdisk', name: `d${at}`, size: 512 }, reads))
  const luns = numbers.map(index => counting({ index, storage_object: `/backstores/ramdisk/d${index}` }, reads))
  const document = { storage_objects, targets: [{ fabric: 'iscsi', wwn: TARGET, tpgs: [{ tag: 1, luns }] }] }
  const configuration = checkConfiguration(document as unknown as Json)

  /** How much of the document is read to show a node. */
  function readsFor(of: typeof configuration, path: string): number {
    reads.count = 0
    treeNode(of, path)
    return reads.count
  }

  it('is shown without a look at the others, once the names of its list are known', () => {
    expect(treeNode(configuration, `${TPG}/luns/lun4999`).summary).toBe('ramdisk/d4999 (default_tg_pt_gp)')
    expect(readsFor(configuration, `${TPG}/luns/lun17`)).toBeLessThan(20)
    treeNode(configuration, '/backstores/ramdisk/d1')
    expect(readsFor(configuration, '/backstores/ramdisk/d4711')).toBeLessThan(20)
  })

  it('needs no list again that an edit has left as it was', () => {
    treeNode(configuration, `${TPG}/luns/lun4999`)
    const call = { name: 'createTarget', given: { wwn: 'iqn.2026-11.com.example:other' } } as const
    const after = applyEdit(configuration, call).configuration
    expect(readsFor(after, `${TPG}/luns/lun18`)).toBeLessThan(20)
    expect(readsFor(after, '/backstores/ramdisk/d18')).toBeLessThan(20)
  })

  it('says how many are below it without a look at them', () => {
    treeNode(configuration, `${TPG}/luns`)
    reads.count = 0
    const { summary, children } = treeNode(configuration, `${TPG}/luns`)
    expect(summary).toBe('LUNs: 5000')
    expect([children[2], children[10], children.at(-1)]).toEqual(['lun2', 'lun10', 'lun4999'])
    expect(reads.count).toBe(0)
  })
})

describe('what cannot be read', () => {
  it('is not in the tree, and hides nothing else', () => {
    const configuration = configurationOf({
      storage_objects: [1, {}, { plugin: 'ramdisk' }, { plugin: 'odd', name: 'a' }],
      targets: [null, { fabric: 'iscsi' }, { fabric: 'iscsi', wwn: TARGET, tpgs: 1 }, { fabric: 'odd', wwn: 'x' }],
      fabric_modules: 1,
    })
    expect(treeNode(configuration, '/').children).toEqual([
      'backstores',
      'iscsi',
      'loopback',
      'odd',
      'vhost',
      'xen-pvscsi',
    ])
    expect(treeNode(configuration, '/backstores').children).toEqual(['block', 'fileio', 'odd', 'pscsi', 'ramdisk'])
    expect(treeNode(configuration, '/backstores/ramdisk').children).toEqual([])
    expect(treeNode(configuration, '/backstores/odd/a').summary).toBe('deactivated')
    expect(treeNode(configuration, `/iscsi/${TARGET}`).children).toEqual([])
    const wrong = withTpg({
      luns: [1, { index: 'x' }],
      portals: [{}, { ip_address: 'a' }],
      node_acls: [{ node_wwn: '' }],
    })
    for (const list of ['luns', 'portals', 'acls']) expect(treeNode(wrong, `${TPG}/${list}`).children).toEqual([])
  })
})
