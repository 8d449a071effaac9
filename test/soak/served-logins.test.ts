import { describe, expect, it } from 'vitest'
import type { ServedConfig, StorageObject } from '../harness/save-config.ts'
import { STRANGER } from './expected-login.ts'
import { servedLogins } from './served-logins.ts'

const disk = (lun: number, sizeBytes: number): StorageObject => ({ name: `${lun}`, plugin: 'ramdisk', lun, sizeBytes })
const OTHER = 'iqn.x.0'
const other = { iqn: OTHER, stores: [disk(0, 512), disk(3, 1024)], moreAddresses: ['127.0.0.3'], initiators: ['one'] }

/** What somebody sees of the target beside the first, by address. */
function seen(changes: object, by = STRANGER): unknown {
  const served: ServedConfig = { iqn: 'iqn.x', port: 3260, stores: [disk(0, 4096)], others: [{ ...other, ...changes }] }
  const logins = servedLogins(served).filter(({ target, initiator }) => target === OTHER && initiator === by)
  return Object.fromEntries(logins.flatMap(({ host, luns }) => (luns ? [[host, luns]] : [])))
}

describe('what initiators see of a configuration', () => {
  const all = { 0: 512, 3: 1024 }

  it('is every LUN, at every address that the target has', () => {
    expect(seen({})).toEqual({ '127.0.0.1': all, '127.0.0.3': all })
    expect(seen({}, 'one')).toEqual({ '127.0.0.1': all })
  })

  it('is nothing of a target that is not enabled, or not there', () => {
    expect([seen({ enabled: false }), seen({ enabled: false }, 'one'), seen({ iqn: 'iqn.x.1' })]).toEqual([{}, {}, {}])
  })

  it('is nothing for strangers of a target that is not open to them', () => {
    const closed = { attributes: { generate_node_acls: 0 } }
    expect([seen(closed), seen(closed, 'one')]).toEqual([{}, { '127.0.0.1': all }])
  })

  it('is what an ACL maps', () => {
    const hidden = { hidden: { one: [3, 7], two: [0] } }
    expect([seen(hidden, 'one'), seen(hidden)]).toEqual([
      { '127.0.0.1': { 0: 512 } },
      { '127.0.0.1': all, '127.0.0.3': all },
    ])
  })
})
