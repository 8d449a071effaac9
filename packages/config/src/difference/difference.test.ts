import { ChapSecret } from '@lunkit/pdu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ServingPlan } from '../plan/serving-plan.ts'
import { INITIATORS, servingPlan } from '../testing/plans.ts'
import { ServedModel } from '../testing/served-model.ts'
import { difference } from './difference.ts'
import { emptyPlan } from './empty-plan.ts'

/** What is served after each of some steps, the first before any. */
function served(from: ServingPlan, to: ServingPlan): ServedModel {
  const model = ServedModel.of(from)
  for (const step of difference(from, to)) model.apply(step)
  return model
}

/** The same, but no object of it, as another file might say it. */
/** Another object that says the same. */
function copyOf<T>(value: T): T {
  if (value instanceof ChapSecret) return new ChapSecret(value.bytes) as T
  if (Array.isArray(value)) return value.map(copyOf) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)])) as T
}

function elsewhere(plan: ServingPlan): ServingPlan {
  const { targets, storage, ...rest } = copyOf(plan)
  const moved = targets.map(target => ({
    ...target,
    path: 'a',
    groups: target.groups.map(group => ({ ...group, path: 'b' })),
  }))
  return { ...rest, targets: moved.toReversed(), storage: storage.map(disk => ({ ...disk, path: 'c' })).toReversed() }
}

const pair = fc.tuple(servingPlan, servingPlan)

describe('the difference of two plans', () => {
  it('leads from one to the other by steps that are each possible', () => {
    fc.assert(
      fc.property(pair, ([from, to]) => {
        expect(served(from, to)).toEqual(ServedModel.of(to))
      }),
      { numRuns: 1000 },
    )
  })

  it('leads from nothing to a plan, and from it to nothing', () => {
    fc.assert(
      fc.property(servingPlan, plan => {
        expect(served(emptyPlan, plan)).toEqual(ServedModel.of(plan))
        expect(served(plan, emptyPlan)).toEqual(new ServedModel())
      }),
    )
  })

  it('shows nobody on the way what neither plan gives them', () => {
    fc.assert(
      fc.property(pair, ([from, to]) => {
        const model = ServedModel.of(from)
        const [before, after] = [from, to].map(plan => ServedModel.of(plan))
        for (const step of difference(from, to)) {
          model.apply(step)
          for (const initiator of INITIATORS) {
            const allowed = new Set([...(before?.seenBy(initiator) ?? []), ...(after?.seenBy(initiator) ?? [])])
            expect([...model.seenBy(initiator)].filter(line => !allowed.has(line))).toEqual([])
          }
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('is none between a plan and itself, or one that says the same in other places of the file', () => {
    fc.assert(
      fc.property(servingPlan, plan => {
        expect(difference(plan, plan)).toEqual([])
        expect(difference(plan, { ...elsewhere(plan), notices: [], lunsInFile: 7 })).toEqual([])
      }),
    )
  })

  it('refuses what is no plan', () => {
    expect(() => difference({} as never, emptyPlan)).toThrow(/^difference: from is an object/)
    expect(() => difference(emptyPlan, 1 as never)).toThrow('difference: to is 1; right is a plan')
  })
})
