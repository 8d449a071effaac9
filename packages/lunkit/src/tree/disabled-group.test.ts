import { DEFAULT_ACCESS } from '@lunkit/target'
import { expect, it } from 'vitest'
import { describedWhileDisabled } from './disabled-group.ts'

const portals = [{ host: '192.0.2.1', port: 3260 }]
const TOLD = 'iqn.2026-11.com.example:told'

it('a portal group that is disabled is told to everybody where nobody is named, and lets nobody in', () => {
  const group = describedWhileDisabled({ tag: 7, portals })
  expect(group).toMatchObject({
    ...{ tag: 7, portals, enabled: false, listens: false, listedWhileDisabled: false, demoModeDiscovery: true },
    parameters: {},
  })
  expect(group.access(TOLD, '192.0.2.9')).toBeUndefined()
  expect(() => group.router.open({ initiatorName: TOLD } as never, {} as never)).toThrow(
    'nobody logs in to a portal group that is disabled',
  )
})

it('a portal group that is disabled is told to those who are named, however their names are written', () => {
  const group = describedWhileDisabled({ tag: 7, portals, listed: true, toldTo: [TOLD.toUpperCase()] })
  expect(group).toMatchObject({ listedWhileDisabled: true, demoModeDiscovery: false })
  expect(group.access(TOLD, '192.0.2.9')).toEqual({ ...DEFAULT_ACCESS, authenticationRequired: true })
  expect(group.access('iqn.2026-11.com.example:other', '192.0.2.9')).toBeUndefined()
})
