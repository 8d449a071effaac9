/** A call with something in it that cannot be. */
export interface BadCall {
  readonly what: string
  readonly call: () => unknown
}

/** Of what a JavaScript program may hand over, none is a whole number from 0 on. */
export const NO_WHOLE_NUMBERS: readonly unknown[] = [
  undefined,
  null,
  NaN,
  Infinity,
  -1,
  1.7,
  2 ** 53,
  '1',
  1n,
  true,
  {},
  [1],
]
/** None is a Uint8Array. */
export const NO_BYTES: readonly unknown[] = [
  undefined,
  null,
  'text',
  512,
  [1, 2, 3],
  {},
  new ArrayBuffer(512),
  new Uint16Array(256),
]
/** None is a text with anything in it. */
export const NO_TEXTS: readonly unknown[] = [undefined, null, 1, 1n, true, {}, ['text'], '']
/** None is an object of options. */
export const NO_OPTIONS: readonly unknown[] = [null, 1, 'text', [], { thereIsNoSuchOption: 1 }]
/** None is true or false. */
export const NO_FLAGS: readonly unknown[] = [null, 0, 1, 'yes', {}]
/** None is a function. */
export const NO_FUNCTIONS: readonly unknown[] = [null, 1, 'text', {}, []]

const CHARACTERS = 40

function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.constructor.name
  return (JSON.stringify(value) ?? String(value)).slice(0, CHARACTERS)
}

/** A call for each of some bad values. */
export const eachBad = (values: readonly unknown[], call: (bad: never) => unknown): BadCall[] =>
  values.map(value => ({ what: shown(value), call: () => call(value as never) }))

/** The same for one property of an object of options. */
export const eachBadOption = (name: string, values: readonly unknown[], call: (options: never) => unknown): BadCall[] =>
  values
    .filter(value => value !== undefined) // which is as good as left out
    .map(value => ({ what: `${name} ${shown(value)}`, call: () => call({ [name]: value } as never) }))

/** What a call throws, or rejects with; undefined when it does neither. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error
  }
}
