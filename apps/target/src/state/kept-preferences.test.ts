import { describe, expect, it } from 'vitest'
import { StateUnusable } from './state-directory.ts'
import { parseDocument } from './state-document.ts'
import { StateStore } from './state-store.ts'

const HOME = { configuration: '/saveconfig.json', directory: '/state' }

/** A state, and what was written of it. */
function stateOf(written = '{"format": "lunkit-state", "version": 2, "sections": {}, "configurations": {}}') {
  const disk = { text: written, isFull: false }
  const backing = {
    write: async (format: () => string) => {
      if (disk.isFull) throw new StateUnusable('/state/state.json cannot be written')
      disk.text = format()
    },
    isUncertain: false,
  }
  return { disk, state: new StateStore(parseDocument(written).document, { ...HOME, backing }) }
}

describe('preferences of users', () => {
  it('are there after a restart, each user his own', async () => {
    const { disk, state } = stateOf()
    await state.preferences.set(0, { a: true, b: 'x' })
    await state.preferences.set(1000, { a: 3 })
    expect(await state.preferences.set(0, { a: false })).toEqual({ a: false, b: 'x' })
    const { preferences } = stateOf(disk.text).state
    expect([0, 1000, 7].map(uid => preferences.of(uid))).toEqual([{ a: false, b: 'x' }, { a: 3 }, {}])
  })

  it('that cannot be written are as they were', async () => {
    const { disk, state } = stateOf()
    await state.preferences.set(0, { a: 1 })
    disk.isFull = true
    await expect(state.preferences.set(0, { a: 2, b: 3 })).rejects.toThrow(StateUnusable)
    expect(state.preferences.of(0)).toEqual({ a: 1 })
  })

  const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, at]))
  // {"a":"..."} has eight bytes beside the value, of which an é has two.
  const long = (bytes: number) => ({ a: `é${'x'.repeat(bytes - 10)}` })

  it.each([
    ['names', named(200), named(201), ['there would be too many preferences', '200 of a user at the most']],
    [
      'bytes',
      long(16_384),
      long(16_385),
      ['the preferences would be too long', '16384 bytes of JSON of a user at the most'],
    ],
  ])('are limited in %s, and none is set beyond that', async (_, most, beyond, [what, right]) => {
    const { state } = stateOf()
    const refused = { name: 'TooManyPreferences', what, right }
    await expect(state.preferences.set(0, beyond)).rejects.toMatchObject(refused)
    expect(state.preferences.of(0)).toEqual({})
    expect(await state.preferences.set(0, most)).toEqual(most)
  })

  it('are limited in users', async () => {
    const { state } = stateOf()
    await Promise.all(Array.from({ length: 1000 }, (_, uid) => state.preferences.set(uid, { a: 1 })))
    await expect(state.preferences.set(1000, { a: 1 })).rejects.toMatchObject({
      what: '1000 users have preferences',
      right: 'no more users',
    })
    expect(await state.preferences.set(999, { b: 1 })).toEqual({ a: 1, b: 1 })
  })

  it('that somebody has spoilt are left out, and the others hold', () => {
    const entries = [
      { uid: 0, preferences: { a: 1 } },
      { uid: 'root', preferences: {} },
      { uid: 1, preferences: { a: [] } },
    ]
    const sections = { preferences: { version: 1, entries } }
    const { state } = stateOf(JSON.stringify({ format: 'lunkit-state', version: 2, sections, configurations: {} }))
    expect([0, 1].map(uid => state.preferences.of(uid))).toEqual([{ a: 1 }, {}])
    expect(state.damages).toEqual(['2 preferences of users in it cannot be read'])
  })
})
