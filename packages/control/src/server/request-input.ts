import * as z from 'zod'
import { ControlFault, FaultKind } from '../control-fault.ts'
import type { Method } from '../methods/method.ts'
import { Body } from '../methods/routes.ts'

/** The parts of a request that a method's input is in. */
export interface RequestParts {
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** Empty where there is none. */
  readonly body: Buffer
}

type Reading = (text: string) => unknown

const NUMBER = /^-?\d+(\.\d+)?$/
const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false }

const number: Reading = text => (NUMBER.test(text) ? Number(text) : text)

/** What a text in a query means, by the type of JSON that it is to be; one that means nothing stays, and is refused as what it is. */
const READINGS: Readonly<Record<string, Reading>> = {
  integer: number,
  number,
  boolean: text => FLAGS[text] ?? text,
}

interface Property {
  readonly type?: string
}

/** Reads what a method is given out of a request; what it makes of it is another matter. */
export class RequestInput {
  readonly #method: Method
  readonly #properties: Readonly<Record<string, Property>>

  constructor(method: Method) {
    this.#method = method
    const { properties = {} } = z.toJSONSchema(method.input, { io: 'input' }) as {
      properties?: Record<string, Property>
    }
    this.#properties = properties
  }

  /** @throws {ControlFault} for a body that cannot be read. */
  read(parts: RequestParts): unknown {
    const { takes } = this.#method
    if (takes === Body.document) return { ...this.#fromQuery(parts.query), document: text(parts.body) }
    return takes === Body.json ? json(parts.body) : this.#fromQuery(parts.query)
  }

  #fromQuery(query: RequestParts['query']): Record<string, unknown> {
    return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, this.#value(name, value)]))
  }

  #value(name: string, value: string | readonly string[]): unknown {
    const type = Object.hasOwn(this.#properties, name) ? this.#properties[name]?.type : undefined
    if (type === 'array') return [value].flat()
    if (typeof value !== 'string') return value
    return READINGS[type ?? '']?.(value) ?? value
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function text(body: Buffer): string {
  try {
    return UTF8.decode(body)
  } catch {
    throw new ControlFault(FaultKind.usage, { what: 'the body is no UTF-8', right: 'a text of JSON' })
  }
}

/** What the parser says shows what it parsed, secrets included: it is not passed on. */
function json(body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(text(body))
  } catch (error) {
    if (error instanceof ControlFault) throw error
    throw new ControlFault(FaultKind.usage, { what: 'the body is no JSON', right: 'an object of JSON' })
  }
}
