import { inspect } from 'node:util'

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

const CHARACTERS = 60

const shown = (value: unknown): string => inspect(value, { breakLength: Infinity }).slice(0, CHARACTERS)

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

/** The bad calls of each whose options are changed, one at a time: `right` are options that would do. */
export const eachChanged = (
  right: object,
  bad: Readonly<Record<string, readonly unknown[]>>,
  call: (options: never) => unknown,
): BadCall[] =>
  Object.entries(bad).flatMap(([name, values]) =>
    values.map(value => ({
      what: `${name} ${shown(value)}`,
      call: () => call({ ...right, [name]: value } as never),
    })),
  )

/** None is an object that has what is asked of it, and some are none at all. */
export const NO_OBJECTS: readonly unknown[] = [undefined, null, 1, 'text', true, [], {}]
/** None is an object that has what is asked of it: `right` would do, and each lacks one thing of it. */
export const eachLacking = (right: object): readonly unknown[] =>
  Object.keys(right).map(name => Object.fromEntries(Object.entries(right).filter(([key]) => key !== name)))
/** None is a name that a target may be given. */
export const NO_ISCSI_NAMES: readonly unknown[] = [
  ...NO_TEXTS,
  'hello world',
  'iqn.a',
  'eui.12',
  'disk',
  `iqn.2026-11.io.lunkit:${'x'.repeat(224)}`,
  'iqn.2026-11.io.lunkit:a b',
  'iqn.2026-11.io.lunkit:a\0',
]
/** None is where a socket can listen. */
export const NO_ADDRESSES: readonly unknown[] = [
  undefined,
  null,
  1,
  'text',
  [],
  {},
  { host: '127.0.0.1' },
  { port: 3260 },
  ...[...NO_TEXTS, 'localhost', '[::1]', '::1%', '1.2.3', '127.0.0.1:3260'].map(host => ({ host, port: 3260 })),
  ...[undefined, null, NaN, -1, 1.5, 65_536, '3260', 1n].map(port => ({ host: '127.0.0.1', port })),
]
/** Out of a list, without what is right where it stands. */
export const without = (values: readonly unknown[], ...right: readonly unknown[]): unknown[] =>
  values.filter(value => !right.includes(value))

const place = { host: '192.0.2.1', port: 3260 }

/** What says nowhere to go. */
export const NO_REDIRECTIONS = [
  ...[
    null,
    1,
    place,
    [1],
    [null],
    [{}],
    [{ host: '192.0.2.1' }],
    [{ ...place, port: 0 }],
    [{ ...place, port: 65_536 }],
  ],
  ...[{ host: '[::1]' }, { host: '' }, { host: 'a b' }, { host: 'a,1' }].map(bad => [{ ...place, ...bad }]),
  ...[{ permanent: 1 }, { initiator: 'hello world' }, { initiator: 5 }, { no: 1 }].map(bad => [{ ...place, ...bad }]),
]
