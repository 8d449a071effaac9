import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkConfiguration } from '../document.ts'
import type { Json } from '../json/value.ts'
import { ConfigError } from '../schema/problem.ts'
import type { LoginPlan } from './login-plan.ts'
import { planServing } from './plan.ts'
import type { GroupPlan, SeenLunPlan, ServingPlan } from './serving-plan.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const FILE = { top: JSON.parse(readFileSync(LIO_FILE, 'utf8')) as Json }
const REPLACEMENTS: readonly unknown[] = [
  null,
  4_294_967_295,
  -1,
  1.5,
  '',
  'NULL',
  'x',
  true,
  false,
  [],
  {},
  [7],
  { a: 1 },
]

type Path = readonly (string | number)[]

/** Every place in a document, the top included. */
function* places(value: unknown, path: Path = []): Generator<Path> {
  yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value))
    yield* places(member, [...path, Array.isArray(value) ? Number(key) : key])
}

/** What becomes of the file with another value at one place; undefined: it is not usable at all. */
function planWith(path: Path, value: unknown): ServingPlan | undefined {
  const whole = ['top', ...path]
  let holder = FILE as Record<string | number, unknown>
  for (const key of whole.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>
  const last = whole.at(-1) as string
  const before = holder[last]
  holder[last] = value
  try {
    return planServing(checkConfiguration(FILE.top))
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  } finally {
    holder[last] = before
  }
}

/** What initiators without an ACL see of the open target of the file. */
const seenIn = (plan: ServingPlan | undefined): readonly SeenLunPlan[] =>
  plan?.targets.find(({ name }) => name === 'iqn.2022-08.com.test:lio')?.groups[0]?.demoMode?.luns ?? []

const groupsOf = (plan: ServingPlan): readonly GroupPlan[] => plan.targets.flatMap(({ groups }) => groups)

const SERVED = [
  { lun: 1, storage: 'ramdisk/rd0', writeProtected: false },
  { lun: 0, storage: 'fileio/disk0', writeProtected: false },
]
/** Whether a login comes in that proves nothing. */
const isOpen = ({ refused, proof }: LoginPlan): boolean => refused === undefined && !proof.required
/** Places of the open target and of its two disks, which they may well decide over. */
const OWN: readonly string[] = ['targets,1', 'storage_objects,3', 'storage_objects,5']

describe('any value of a file that a real LIO wrote, when it is another,', () => {
  const every = [...places(FILE.top)]
  const foreign = every.filter(path => path.length > 1 && !OWN.some(own => String(path).startsWith(own)))

  it('stops nobody from being served who does not stand on it', () => {
    const lost = foreign.flatMap(path =>
      REPLACEMENTS.filter(value => JSON.stringify(seenIn(planWith(path, value))) !== JSON.stringify(SERVED)).map(
        value => `${path.join('.')}=${JSON.stringify(value)}`,
      ),
    )
    expect(lost).toEqual([])
    expect(foreign.length * REPLACEMENTS.length).toBeGreaterThan(4000)
  })

  it('decides over the whole file only at its top', () => {
    const unusable = every.filter(path => REPLACEMENTS.some(value => planWith(path, value) === undefined))
    expect(unusable.map(path => path.join('.'))).toEqual(['', 'storage_objects', 'targets'])
  })

  it('lets nobody in whom the file keeps out', () => {
    const second = every.filter(path => String(path).startsWith('targets,0') && path.length > 2)
    const letIn = second.flatMap(path =>
      REPLACEMENTS.filter(value => {
        const plan = planWith(path, value)
        const closed = plan === undefined ? [] : groupsOf(plan).filter(({ path: at }) => at.startsWith('targets[0]'))
        return closed.some(({ acls, demoMode }) => (demoMode !== undefined && isOpen(demoMode)) || acls.some(isOpen))
      }).map(value => `${path.join('.')}=${JSON.stringify(value)}`),
    )
    expect(letIn).toEqual([])
  })
})
