import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type BadCall, eachBad, thrownBy } from './bad-values.ts'
import { type AnyLayout, layoutsOf, publicNames } from './public-names.ts'
import type { Untried } from './reasons.ts'

/** What is known about a door's arguments. */
export interface ArgumentTables {
  /** What `import * as door` gave. */
  readonly door: Readonly<Record<string, unknown>>
  /** Objects of classes and interfaces that are not exported themselves, by a name for each. */
  readonly returned?: () => Readonly<Record<string, object>>
  /** Calls that must be refused, by public name. */
  readonly calls: Readonly<Record<string, () => BadCall[]>>
  /** What has none, and why. */
  readonly untried: Untried
  /** What must be as it was after the calls of each name. */
  readonly state?: () => unknown
}

/** Neither an engine nor Node says what was given to us, and what would be right. */
const OF_NOBODY =
  /Cannot |is not a function|is not iterable|undefined \(reading|^The "|^Invalid |is not defined|^Reduce /

/** A value of no field's type, and one beyond every field of its type. */
const NO_FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  number: [null, NaN, Infinity, -1, 1.7, 2 ** 64, '1', 1n, true, {}],
  bigint: [null, -1n, 2n ** 64n, 1, '1', true, {}],
  boolean: [null, 0, 1, 'yes', {}],
  object: [null, 1, 'text', ['a'], {}, new Uint8Array(4096), new ArrayBuffer(1)],
  string: [null, 1, true, {}, []],
}

/** What each layout's `encode` must refuse; its `view` and `compose` work on the bytes of a PDU and look at nothing. */
const badValues = (layout: AnyLayout): BadCall[] => [
  ...eachBad([undefined, null, 1, 'text', [], { thereIsNoSuchField: 1 }], bad => layout.encode(bad)),
  ...Object.entries(layout.fields).flatMap(([field, { domain }]) =>
    eachBad(NO_FIELDS[domain.type] ?? [], bad => layout.encode({ [field]: bad } as never)).map(({ what, call }) => ({
      what: `${field} ${what}`,
      call,
    })),
  ),
]

/** What calls that must be refused have come to. */
interface Refusals {
  /** Those that were not refused, or by an error that lunkit has not written. */
  readonly wrong: string[]
  /** What all others were told, and by which classes of errors. */
  readonly told: string
}

async function refusalsOf(name: string, calls: readonly BadCall[]): Promise<Refusals> {
  const wrong: string[] = calls.length > 0 ? [] : [`${name} has no bad calls`]
  const told = new Map<string, Set<string>>()
  for (const { what, call } of calls) {
    const error = await thrownBy(call)
    if (!(error instanceof RangeError || error instanceof TypeError))
      wrong.push(`${name} with ${what}: ${inspect(error, { depth: 0 })}`)
    else if (OF_NOBODY.test(error.message)) wrong.push(`${name} with ${what}: ${error.message}`)
    else {
      const words = withoutGiven(error.message)
      told.set(words, (told.get(words) ?? new Set()).add(error.name))
    }
  }
  return { wrong, told: [...told].map(([words, names]) => `${words} (${[...names].sort().join(', ')})`).join('\n') }
}

/** The message without the value that was given, which `shownValue` has tests for. */
const withoutGiven = (message: string): string => message.replace(/ is [^\n]*?; right is /g, ' is ...; right is ')

/** Tests that a door checks its arguments, and that nothing of it is forgotten. `specifier` is how it is imported. */
export function describeArguments(specifier: string, tables: ArgumentTables): void {
  const { door, returned = () => ({}), calls, untried, state } = tables
  const layouts = layoutsOf(door)
  const reasoned = Object.values(untried).flat()
  describe(`what is given to ${specifier}`, () => {
    it('has a row of bad arguments, or a reason why not, whatever is exported', () => {
      const names = publicNames(door, returned())
      expect(names.filter(name => !(name in calls) && !reasoned.includes(name))).toEqual([])
    })

    it('has no row and no reason for what is not there, and not both', () => {
      const names = publicNames(door, returned())
      expect(Object.keys(calls).filter(name => !names.includes(name))).toEqual([])
      expect(
        reasoned.filter((name, at) => !names.includes(name) || name in calls || reasoned.indexOf(name) !== at),
      ).toEqual([])
    })

    it.each(Object.entries(calls))('is checked before anything is done: %s', async (name, row) => {
      const before = await state?.()
      const { wrong, told } = await refusalsOf(name, row())
      expect(wrong).toEqual([])
      expect(await state?.()).toEqual(before)
      expect(told).toMatchSnapshot()
    })

    it('is checked by every layout before anything is composed', async () => {
      const refusals = layouts.map(layout => refusalsOf(`${layout.name}: encode`, badValues(layout)))
      expect((await Promise.all(refusals)).flatMap(({ wrong }) => wrong)).toEqual([])
      expect((await Promise.all(refusals)).map(({ told }) => told).join('\n')).toMatchSnapshot()
    })
  })
}
