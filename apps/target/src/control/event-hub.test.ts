import type { ToldEvent } from '@lunkit/control'
import type { DiskEvent } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { EventHub } from './event-hub.ts'

/** What is told of what a hub hears. */
function toldOf(hear: (hub: EventHub) => void): ToldEvent[] {
  const hub = new EventHub()
  const told: ToldEvent[] = []
  const stop = hub.listen(event => void told.push(event))
  hear(hub)
  stop()
  hear(hub)
  return told
}

const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }

describe('what happens', () => {
  it.each<[DiskEvent, string, string]>([
    [{ kind: 'flushFailed', cause } as DiskEvent, 'fault', 'a flush failed (fdatasync: EIO)'],
    [{ kind: 'faultCleared' } as DiskEvent, 'recovery', 'its fault was cleared'],
    [{ kind: 'availability', available: false } as DiskEvent, 'fault', 'not ready, its worker lane has died'],
    [{ kind: 'availability', available: true } as DiskEvent, 'recovery', 'ready again'],
    [{ kind: 'fileCreated', path: '/a.img', sizeBytes: 512 }, 'warning', 'was missing and has been created'],
  ])('to a disk is told in the words of the log, until nobody listens: %o', (event, kind, text) => {
    expect(toldOf(hub => hub.heardDisk('fileio/a', event))).toEqual([
      { at: expect.any(String), kind, path: '/backstores/fileio/a', text: expect.stringContaining(text) },
    ])
  })

  it('to portals is told with why', () => {
    const portal = { host: '127.0.0.1', port: 3260 }
    const error = Object.assign(new Error('listen'), { code: 'EADDRINUSE' })
    const told = toldOf(hub => {
      hub.heardTarget({ kind: 'portalFailed', portal, error })
      hub.heardTarget({ kind: 'portalOpened', portal })
      hub.heardTarget({ kind: 'acceptFailed', portal, error })
    })
    expect(told.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'fault: portal 127.0.0.1:3260 cannot be opened: another program, or the kernel target, listens there (EADDRINUSE)',
      'recovery: portal 127.0.0.1:3260 listens',
    ])
  })

  it('to what is served is told with where, and of a change that takes long how far it is', () => {
    const change = (path: string) => ({ kind: 'added', path, keys: [] }) as const
    const told = toldOf(hub => {
      hub.heardLive({ kind: 'changed', changes: [change('/a'), change('/b')], steps: 2 })
      hub.heardLive({ kind: 'changed', changes: [], steps: 0 })
      hub.heardProgress(120, 5000)
    })
    expect(told.map(({ kind, path, text, details }) => [kind, path, text, details])).toEqual([
      ['changed', '', '/a is new, /b is new', { steps: 2 }],
      ['changed', '', 'the same is served as before', { steps: 0 }],
      ['progress', '', '120 of 5000 storage objects are open', { opened: 120, toOpen: 5000 }],
    ])
  })
})
