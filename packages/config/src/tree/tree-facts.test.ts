import { describe, expect, it } from 'vitest'
import { TARGET, TPG, withTpg } from '../testing/trees.ts'
import { drawTree } from './draw-tree.ts'
import { treeNode } from './tree.ts'
import type { TreeFacts } from './tree-facts.ts'

const HOST = 'iqn.1994-05.com.redhat:one'
const configuration = withTpg(
  {
    attributes: { authentication: 0 },
    luns: [{ index: 0, storage_object: '/backstores/fileio/a' }],
    portals: [{ ip_address: '[::0]', port: 3260 }],
    node_acls: [HOST, `${HOST}2`].map(node_wwn => ({ node_wwn, tag: 'farm' })),
  },
  { storage_objects: [{ plugin: 'fileio', name: 'a', dev: '/srv/a' }] },
)
const DISK = '/backstores/fileio/a'
const PORTAL = `${TPG}/portals/[::0]:3260`

describe('what the daemon knows', () => {
  it('of a storage object is its size, whether it is open, and why it is not', () => {
    const reason = '/srv/a is not there'
    const facts = (known: object): TreeFacts => ({ storage: key => (key === 'fileio/a' ? known : undefined) })
    expect(treeNode(configuration, DISK).summary).toBe('/srv/a (unknown size) write-thru activated')
    expect(treeNode(configuration, DISK, facts({ sizeBytes: 1024 })).summary).toBe(
      '/srv/a (1.0KiB) write-thru activated',
    )
    expect(treeNode(configuration, DISK, facts({ isActivated: false, reason }))).toMatchObject({
      summary: '/srv/a (unknown size) write-thru deactivated',
      healthy: false,
      reason,
    })
  })

  it('of a portal is whether it is open, which its line says where it is not', () => {
    const asked: unknown[] = []
    const reason = 'address in use'
    const facts: TreeFacts = {
      portal: (at, portal) => {
        asked.push([at, portal])
        return { isOpen: false, reason }
      },
    }
    expect(treeNode(configuration, PORTAL, facts)).toMatchObject({ summary: '', healthy: false, reason })
    expect(asked).toEqual([
      [
        { target: TARGET, tag: 1 },
        { host: '::', port: 3260 },
      ],
    ])
    const [line] = drawTree(path => treeNode(configuration, path, facts), { path: PORTAL, width: 30 })
    expect(line).toBe('o- [::0]:3260 ........ [ERROR]')
  })

  it('of a portal is not asked where its TPG is disabled, so that nobody expects it to be open', () => {
    const disabled = withTpg({ enable: false, portals: [{ ip_address: '[::0]', port: 3260 }] })
    const facts: TreeFacts = { portal: () => ({ isOpen: false, reason: 'nobody has asked for it' }) }
    expect(treeNode(disabled, PORTAL, facts)).toMatchObject({ summary: '', healthy: true, reason: undefined })
  })

  it('of a TPG and an ACL is how many sessions they have, with all initiators of a tag', () => {
    const facts: TreeFacts = { sessions: ({ initiator }) => (initiator === undefined ? 5 : initiator === HOST ? 1 : 2) }
    expect(treeNode(configuration, TPG, facts).sessions).toBe(5)
    expect(treeNode(configuration, `${TPG}/acls/farm`, facts).sessions).toBe(3)
    expect(treeNode(configuration, `${TPG}/acls/farm`, { sessions: () => undefined }).sessions).toBe(undefined)
  })

  it('is asked for of what is shown alone', () => {
    const asked: string[] = []
    const facts: TreeFacts = {
      storage(key) {
        asked.push(key)
        return undefined
      },
    }
    for (const path of ['/', '/backstores', '/backstores/fileio', `${TPG}/luns/lun0`])
      treeNode(configuration, path, facts)
    expect(asked).toEqual([])
  })

  it.each([
    [{ storage: () => ({ isActivated: 1 }) }, DISK],
    [{ storage: () => 'open' }, DISK],
    [{ storage: () => ({ sizeBytes: -1 }) }, DISK],
    [{ portal: () => ({ isOpen: 'no' }) }, PORTAL],
    [{ sessions: () => 1.5 }, TPG],
  ])('is refused where it is none', (facts, path) => {
    expect(() => treeNode(configuration, path, facts as unknown as TreeFacts)).toThrow(/what facts\.\w+ returned/)
  })
})
