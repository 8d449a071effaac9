import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { difference } from '../difference/difference.ts'
import { checkConfiguration, parseConfiguration, withPartsOf } from '../document.ts'
import type { Json, JsonObject } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { ConfigError } from '../schema/problem.ts'
import { Planner, planServing } from './plan.ts'
import type { ServingPlan } from './serving-plan.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const whole = parseConfiguration(readFileSync(LIO_FILE, 'utf8')) as unknown as JsonObject
const VALUES: readonly Json[] = [
  ...[null, -1, 0, 1, 2, 1.5, '', 'x', true, false, [], {}],
  ...['fileio', 'block', 'disk0', 'disk1', '/disk.img', '/backstores/fileio/disk0', '/backstores/fileio/disk1'],
  ...['iscsi', 'iqn.2022-08.com.test:lio', 'iqn.1994-05.com.redhat:host1', '0.0.0.0', 'siteb', 20_000],
]

/** A change of one place of a document: the numbers choose which place, and what happens there. */
interface Change {
  readonly steps: readonly number[]
  readonly kind: 'replace' | 'remove' | 'repeat' | 'swap'
  readonly value: number
}

const change: fc.Arbitrary<Change> = fc.record({
  steps: fc.array(fc.nat(40), { minLength: 1, maxLength: 8 }),
  kind: fc.constantFrom('replace', 'remove', 'repeat', 'swap'),
  value: fc.nat(VALUES.length - 1),
})

/** The document with a place changed; all else is the same objects. */
function changed(document: Json, { steps: [step, ...steps], ...rest }: Change): Json {
  if (typeof document !== 'object' || document === null || step === undefined) return changedValue(document, rest)
  if (!Array.isArray(document)) {
    const keys = Object.keys(document)
    const key = keys[step % keys.length]
    if (key === undefined) return VALUES[rest.value] ?? null
    return { ...document, [key]: changed((document as JsonObject)[key] ?? null, { steps, ...rest }) }
  }
  const list = [...(document as readonly Json[])]
  const at = step % Math.max(list.length, 1)
  const member = list[at] ?? null
  if (steps.length > 1 || rest.kind === 'replace') list[at] = changed(member, { steps, ...rest })
  else if (rest.kind === 'remove') list.splice(at, 1)
  else if (rest.kind === 'repeat') list.splice(rest.value % (list.length + 1), 0, member)
  else list.reverse()
  return list
}

function changedValue(document: Json, { value }: Omit<Change, 'steps'>): Json {
  return VALUES[value] ?? document
}

/** The plan, as data: its notices put together. */
const dataOf = (plan: ServingPlan): ServingPlan => ({ ...plan })

function planned(make: () => ServingPlan): ServingPlan | string {
  try {
    return dataOf(make())
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message
  }
}

describe('Planner', () => {
  it('plans each of many documents, of which one comes from the other, as if it had seen none before', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), changes => {
        const planner = new Planner()
        let document: Json = whole
        planner.plan(document as unknown as Configuration)
        for (const each of changes) {
          const next = changed(document, each)
          const scratch = planned(() => planServing(next as unknown as Configuration))
          expect(planned(() => planner.plan(next as unknown as Configuration))).toEqual(scratch)
          if (typeof scratch !== 'string') document = next
        }
      }),
      { numRuns: 100 },
    )
  })

  it('plans a file that is read anew after each change as if it had seen none before', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), changes => {
        const planner = new Planner()
        let before = checkConfiguration(whole)
        planner.plan(before)
        for (const each of changes) {
          const text = JSON.stringify(changed(before as unknown as Json, each))
          const scratch = planned(() => planServing(parseConfiguration(text)))
          expect(planned(() => planner.plan(withPartsOf(parseConfiguration(text), before)))).toEqual(scratch)
          if (typeof scratch !== 'string') before = withPartsOf(parseConfiguration(text), before)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('gives the same objects for what a file that is read anew says again', () => {
    const planner = new Planner()
    const first = parseConfiguration(JSON.stringify(whole))
    const before = planner.plan(first)
    const objects = whole.storage_objects as readonly JsonObject[]
    const storage_objects = objects.map(each => (each.name === 'disk0' ? { ...each, write_back: false } : each))
    const other = { ...whole, storage_objects }
    const after = planner.plan(withPartsOf(parseConfiguration(JSON.stringify(other)), first))
    const differing = after.storage.filter((disk, at) => disk !== before.storage[at])
    expect(differing.map(({ key }) => key)).toEqual(['fileio/disk0'])
    expect(difference(before, after).map(({ kind }) => kind)).toEqual(['changeDisk'])
  })

  it('gives the same objects for what is the same, also where it stands elsewhere now', () => {
    const planner = new Planner()
    const before = planner.plan(checkConfiguration(whole))
    const objects = whole.storage_objects as readonly Json[]
    const first = { plugin: 'ramdisk', name: 'first', size: 1_048_576 }
    const after = planner.plan(checkConfiguration({ ...whole, storage_objects: [first, ...objects] }))
    expect(after.targets[0]).toBe(before.targets[0])
    expect(after.storage[0]?.unit).toBe(before.storage[0]?.unit)
    expect(after.storage[0]?.path).toBe('storage_objects[1]')
    expect(difference(before, after)).toEqual([])
  })

  it('plans again what uses a storage object that has changed', () => {
    const planner = new Planner()
    const before = planner.plan(checkConfiguration(whole))
    const without = (whole.storage_objects as readonly JsonObject[]).filter(({ name }) => name !== 'disk0')
    const after = planner.plan(checkConfiguration({ ...whole, storage_objects: without }))
    expect(difference(before, after).map(({ kind }) => kind)).toEqual(['unmapLun', 'closeDisk'])
  })

  it('refuses what is no configuration', () => {
    expect(() => new Planner().plan({ targets: 1 } as never)).toThrow(ConfigError)
  })
})
