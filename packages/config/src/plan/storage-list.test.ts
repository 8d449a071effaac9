import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../json/value.ts'
import type { LunkitSettings } from '../saveconfig.ts'
import { settingsOf } from '../storage-setting.ts'
import { Notices } from './notice.ts'
import type { StorageEntry } from './storage-entry.ts'
import { StorageList } from './storage-list.ts'

/** What may be a member of the list: keys, files and serial numbers of which several have the same, and what is no object. */
const OBJECTS: readonly Json[] = [
  { plugin: 'fileio', name: 'a', dev: '/one', wwn: '1' },
  { plugin: 'fileio', name: 'a', dev: '/two', wwn: '2' },
  { plugin: 'fileio', name: 'b', dev: '/one', wwn: '3' },
  { plugin: 'fileio', name: 'c', dev: '/three', wwn: '1' },
  { plugin: 'block', name: 'a', dev: '/three', wwn: '4' },
  { plugin: 'ramdisk', name: 'd', wwn: '5' },
  { plugin: 'unheard', name: 'e', dev: '/one', wwn: '1' },
  { plugin: 'fileio', dev: '/one' },
  'no object',
]
const KEYS = ['fileio/a', 'fileio/b', 'fileio/c', 'block/a', 'ramdisk/d', 'unheard/e']
const SETTINGS = [settingsOf(undefined), settingsOf({ create_files: false } as LunkitSettings)] as const

/** Lists one after another: most of them what was there before, with something put in, taken out, or put in another's place. */
const changes = fc.array(
  fc.record({
    objects: fc.array(
      fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...OBJECTS.slice(0, 7)) }, fc.constantFrom(...OBJECTS)),
      {
        maxLength: 2,
      },
    ),
    at: fc.nat(6),
    removed: fc.nat(2),
    settings: fc.oneof({ weight: 6, arbitrary: fc.constant(SETTINGS[0]) }, fc.constantFrom(...SETTINGS)),
  }),
  { minLength: 1, maxLength: 12 },
)

const keyOf = (object: Json): string | undefined => {
  const { plugin, name } = Object(object) as { readonly plugin?: string; readonly name?: string }
  return plugin && name && `${plugin}/${name}`
}

/** The places of what has a key of its own, by key: of two that have the same it is the first's. */
function firsts(objects: readonly Json[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const [at, object] of objects.entries()) {
    const key = keyOf(object)
    if (key !== undefined && !found.has(key)) found.set(key, at)
  }
  return found
}

/** Whether two entries that are served have the same file or serial number. */
function contested(entries: readonly StorageEntry[]): boolean {
  const claims = entries.flatMap(entry => entry.claims)
  return new Set(claims).size < claims.length
}

const pathsOf = (entries: readonly (StorageEntry | undefined)[]) => entries.map(entry => entry?.path)

describe('the storage objects of file after file', () => {
  it('are those of the last, as if there had been no other', () => {
    fc.assert(
      fc.property(changes, files => {
        const list = new StorageList()
        let objects: readonly Json[] = []
        for (const [at, file] of files.entries()) {
          const notices = new Notices()
          const before = list.entries
          objects = objects.toSpliced(file.at, file.removed, ...file.objects)
          list.update(objects, file.settings, notices)
          const expected = firsts(objects)
          expect(list.entries.map(({ raw, key, path }) => ({ raw, key, path }))).toEqual(
            [...expected].map(([key, place]) => ({ raw: objects[place], key, path: ['storage_objects', place] })),
          )
          expect(KEYS.map(key => list.find(key)?.path[1])).toEqual(KEYS.map(key => expected.get(key)))
          expect(notices.found.flatMap(({ paths }) => paths)).toHaveLength(objects.length - expected.size)
          expect([list.generation, list.isContested]).toEqual([at + 1, contested(list.entries)])
          expect(before.map(entry => entry.isCurrent)).toEqual(before.map(entry => list.entries.includes(entry)))
          expect(list.entries.every(entry => entry.isCurrent)).toBe(true)
        }
      }),
    )
  })

  it('are entered anew only where they have changed, or what is set for them has', () => {
    const [first, second] = SETTINGS
    const [a, b, c, d] = [0, 2, 5, 3].map(at => OBJECTS[at]) as [Json, Json, Json, Json]
    const list = new StorageList()
    const after = (next: readonly Json[], settings = first) => {
      const before = new Set(list.entries)
      list.update(next, settings, new Notices())
      expect(pathsOf(list.entries)).toEqual(next.map((_object, at) => ['storage_objects', at]))
      return list.entries.map(entry => (before.has(entry) ? 'kept' : 'new'))
    }
    expect(after([a, b, c])).toEqual(['new', 'new', 'new'])
    expect(after([a, b, c])).toEqual(['kept', 'kept', 'kept'])
    expect(after([a, d, c])).toEqual(['kept', 'new', 'kept'])
    expect(after([d, c])).toEqual(['kept', 'kept'])
    expect(after([d, c], second)).toEqual(['new', 'new'])
    expect(after([a, b], second)).toEqual(['new', 'new'])
  })

  it.each<[string, Json, string]>([
    [
      'what is no object',
      'text',
      'one of storage_objects is "text"; right is an object that describes a storage object; the storage object is not served',
    ],
    [
      'what has no name',
      { plugin: 'fileio' },
      'one of storage_objects has no plugin or no name that is a text; right is an object that describes a storage object; the storage object is not served',
    ],
    [
      'what has the key of another',
      { plugin: 'fileio', name: 'a' },
      'name is that of storage_objects[0] again, fileio/a; right is one that nothing else has; LUNs use the first',
    ],
  ])('are told of, each time, where they are not entered: %s', (_what, object, text) => {
    const list = new StorageList()
    const objects = [OBJECTS[0] as Json, object]
    for (let times = 0; times < 2; times++) {
      const notices = new Notices()
      list.update(objects, SETTINGS[0], notices)
      expect(notices.found.map(notice => notice.text)).toEqual([text])
      expect(list.entries).toHaveLength(1)
    }
  })
})
