import type { Timers } from '@lunkit/wire'
import { CACHE_END_MS } from '../limits.ts'
import { MediumCall } from '../task/medium-call.ts'
import type { TaskSet } from '../task/task-set.ts'
import { refuseFixed } from '../unit/attribute-changes.ts'
import { type AttributeChanges, type UnitAttributes, unitAttributes } from '../unit/unit-attributes.ts'

/** The unit whose attributes change, with its tasks. */
export interface ChangingUnit {
  readonly tasks: TaskSet
  readonly timers: Timers
}

/**
 * Changes attributes of a unit that initiators see.
 * @returns what they were before: given in turn, they undo the change.
 * @throws {Error} where a write cache that is to end could not be flushed; nothing has changed then.
 */
export async function changeUnit(
  { tasks, timers }: ChangingUnit,
  changes: AttributeChanges,
): Promise<AttributeChanges> {
  const { unit } = tasks
  const before = unit.attributes
  // Before the rest: what follows from another block size is not what is wrong.
  refuseFixed(unit.name, before, { ...before, ...Object.fromEntries(given(changes)) })
  const after = unitAttributes(unit.store, { ...before, ...changes })
  refuseFixed(unit.name, before, after)
  const losesCache = unit.writeCache && !after.emulateWriteCache
  const undo = Object.fromEntries(Object.keys(changes).map(name => [name, before[name as keyof UnitAttributes]]))
  unit.become(after)
  const why = losesCache ? await cacheStays(tasks, timers) : undefined
  if (why === undefined) {
    unit.cacheEnded()
    return undo
  }
  unit.become(unitAttributes(unit.store, { ...unit.attributes, ...undo }))
  throw new Error(`${unit.name}: its write cache stays, because ${why}`)
}

const given = (changes: AttributeChanges): [string, unknown][] =>
  Object.entries(changes).filter(([, value]) => value !== undefined)

/** Why the unit, which writes through by now, cannot say so: what it has acknowledged may still be volatile. */
async function cacheStays(tasks: TaskSet, timers: Timers): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const cancel = timers.after(CACHE_END_MS, () => resolve(`commands do not end, or no flush, in ${CACHE_END_MS} ms`))
  const why = await Promise.race([late, flushed(tasks)])
  cancel()
  return why
}

/** What was begun has ended and is flushed when this resolves with undefined. */
async function flushed(tasks: TaskSet): Promise<string | undefined> {
  await tasks.begunLeft()
  const call = new MediumCall()
  call.request.operation = 'flush'
  const fault = await call.submit(tasks.unit.store)
  return fault && `it cannot be flushed: ${fault}`
}
