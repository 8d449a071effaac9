import type { OptionDomains } from '@lunkit/wire'
import * as z from 'zod'

type DomainType = OptionDomains[string]['type']

/** How JSON has the values of a domain; what no JSON has is never right. */
const SCHEMAS: Readonly<Record<DomainType, (words: string) => z.ZodType>> = {
  string: words => z.string(words),
  number: words => z.number(words),
  boolean: words => z.boolean(words),
  object: words => z.record(z.string(), z.union([z.string(), z.number()], words), words),
  bigint: words => z.never(words),
  function: words => z.never(words),
}

function schemaOf({ type, words, has, required = false }: OptionDomains[string]): z.ZodType {
  const schema = SCHEMAS[type](words)
    .refine(value => has(value as never), words)
    .describe(words)
  return required ? schema : schema.optional()
}

/** What a row of a table of `@lunkit/config` takes, as a schema. */
function takenSchema(takes: OptionDomains): z.ZodType {
  return z.strictObject(Object.fromEntries(Object.entries(takes).map(([name, domain]) => [name, schemaOf(domain)])))
}

/** A row that can be called by its name. */
export interface CallableRow {
  readonly meaning?: string
  readonly takes: OptionDomains
}

/** A call of one row of such a table: `{ name, given }`. */
export function callSchema<C extends object>(table: Readonly<Record<string, CallableRow>>): z.ZodType<C, C> {
  const calls = Object.entries(table).map(([name, { meaning, takes }]) => {
    const call = z.strictObject({ name: z.literal(name), given: takenSchema(takes) })
    return meaning === undefined ? call : call.describe(meaning)
  })
  const schema: z.ZodType = z.discriminatedUnion('name', calls as [(typeof calls)[number], ...typeof calls])
  return schema as z.ZodType<C, C>
}
