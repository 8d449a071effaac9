import { setImmediate as nextTurn } from 'node:timers/promises'
import * as z from 'zod'
import { isSecret, told, withoutSecrets } from './secrets.ts'

/** After so long others have their turn. */
const SLICE_MS = 5

/** Lists that have members to be checked one by one. */
type Lists = Readonly<Record<string, readonly unknown[]>>

/**
 * Makes the JSON of answers: what a schema has of them, without their secrets. The members of lists are looked at one by one, and others
 * have turns in between: an answer may tell of ten thousand disks, and what is served on the same thread must not wait for all of it.
 */
export class AnswerText {
  readonly #reveals: boolean
  #sliceBeganMs = performance.now()

  /** Of a method that is there to reveal secrets they are told. */
  constructor(reveals: boolean) {
    this.#reveals = reveals
  }

  /** @throws {ZodError} for what is not as the schema has it. */
  async of(schema: z.ZodType, value: unknown): Promise<string> {
    const lists = listsIn(schema, value)
    if (lists === undefined) return JSON.stringify(this.#checked(schema, value))
    const empty = Object.fromEntries(Object.keys(lists).map(key => [key, []]))
    const rest = this.#checked(schema, { ...(value as object), ...empty }) as object
    const members: string[] = []
    for (const [key, member] of Object.entries(rest)) {
      const list = lists[key]
      if (member === undefined) continue
      const text = list === undefined ? JSON.stringify(member) : await this.#list(schema as z.ZodObject, key, list)
      members.push(`${JSON.stringify(key)}:${text}`)
    }
    return `{${members.join(',')}}`
  }

  async #list(schema: z.ZodObject, key: string, list: readonly unknown[]): Promise<string> {
    const { element } = schema.shape[key] as z.ZodArray<z.ZodType>
    const members: string[] = []
    for (const each of list) {
      members.push(await this.of(element, each))
      await this.#pause()
    }
    return `[${members.join(',')}]`
  }

  #checked(schema: z.ZodType, value: unknown): unknown {
    const checked = schema.parse(value)
    return this.#reveals ? checked : withoutSecrets(checked, told)
  }

  async #pause(): Promise<void> {
    if (performance.now() - this.#sliceBeganMs < SLICE_MS) return
    await nextTurn()
    this.#sliceBeganMs = performance.now()
  }
}

/** The lists of objects in an object; undefined where there is none. */
function listsIn(schema: z.ZodType, value: unknown): Lists | undefined {
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return undefined
  const found = Object.entries(value).filter(([key, each]) => isListOfObjects(schema, key) && Array.isArray(each))
  return found.length === 0 ? undefined : (Object.fromEntries(found) as Lists)
}

function isListOfObjects({ shape }: z.ZodObject, key: string): boolean {
  const member: unknown = Object.hasOwn(shape, key) ? shape[key] : undefined
  return member instanceof z.ZodArray && member.element instanceof z.ZodObject && !isSecret(key)
}
