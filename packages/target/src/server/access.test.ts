import { describe, expect, it } from 'vitest'
import { DEFAULT_ACCESS, nodeAccess, openAccess } from './access.ts'

const HOST = 'iqn.2026-11.example:host'

describe('access by node ACLs', () => {
  it('knows its initiator by any spelling of its name that RFC 3722 folds', () => {
    const acls = { 'iqn.2026-11.example:bu\u0308ro': {} }
    expect(nodeAccess({ acls, generateNodeAcls: false })('iqn.2026-11.example:b\u00fcro')).toBeDefined()
  })

  it('is denied to initiators that have none', () => {
    expect(nodeAccess({ acls: {}, generateNodeAcls: false })(HOST)).toBeUndefined()
  })

  it('is given to everybody in demo mode, with what the portal group says', () => {
    const access = nodeAccess({ acls: {}, generateNodeAcls: true, defaults: { commandDepth: 16 } })
    expect(access(HOST)).toEqual({ ...DEFAULT_ACCESS, authenticationRequired: false, commandDepth: 16 })
  })

  it('requires authentication, which is not built, where somebody says so', () => {
    expect(nodeAccess({ acls: { [HOST]: {} }, generateNodeAcls: false })(HOST)?.authenticationRequired).toBe(false)
    const on = { authenticationRequired: true }
    expect(nodeAccess({ acls: { [HOST]: on }, generateNodeAcls: false })(HOST)?.authenticationRequired).toBe(true)
    expect(nodeAccess({ acls: {}, generateNodeAcls: true, defaults: on })(HOST)?.authenticationRequired).toBe(true)
  })

  it('is as the ACL of the initiator says, and as the portal group where that says nothing', () => {
    const acls = { 'iqn.2026-11.EXAMPLE:Host': { pingAfterMs: 0 } }
    const access = nodeAccess({ acls, generateNodeAcls: true, defaults: { commandDepth: 16, pingAfterMs: 9000 } })
    expect(access(HOST)).toMatchObject({ commandDepth: 16, pingAfterMs: 0 })
    expect(access('iqn.other')).toMatchObject({ commandDepth: 16, pingAfterMs: 9000 })
  })
})

describe('open access', () => {
  it('lets everybody in without authentication', () => {
    expect(openAccess(HOST)).toEqual({ ...DEFAULT_ACCESS, authenticationRequired: false })
  })
})
