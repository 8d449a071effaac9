import * as isns from '@lunkit/isns'
import {
  encodeAttributes,
  encodeMessage,
  MessageReader,
  Registrar,
  readAttributes,
  textAttribute,
  textOf,
} from '@lunkit/isns'
import { describeArguments } from './argument-tests.ts'
import {
  eachBad,
  eachChanged,
  NO_BYTES,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const NO_TAGS = [...NO_WHOLE_NUMBERS, 2 ** 32]
const NO_ATTRIBUTES = [
  ...NO_OBJECTS,
  {},
  { tag: 1 },
  { tag: -1, value: Buffer.alloc(4) },
  { tag: 1, value: Buffer.alloc(3) },
]
const message = { functionId: 1, transactionId: 1, payload: Buffer.alloc(4) }
const options = { server: { host: '127.0.0.1', port: 3205 }, entity: 'a', targets: () => [] }

describeArguments('@lunkit/isns', {
  door: isns,
  calls: {
    encodeMessage: () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => encodeMessage(bad)),
      ...eachChanged(
        message,
        {
          functionId: [...NO_WHOLE_NUMBERS, 65_536],
          transactionId: [...NO_WHOLE_NUMBERS, 65_536],
          fromServer: [null, 0, 'yes'],
          replace: [null, 0, 'yes'],
          payload: [...NO_BYTES, Buffer.alloc(3), Buffer.alloc(4 * 1024 * 1024 + 4)],
        },
        bad => encodeMessage(bad),
      ),
    ],
    'MessageReader.push': () => eachBad(NO_BYTES, bad => new MessageReader().push(bad)),
    encodeAttributes: () =>
      eachBad([undefined, null, 1, 'text', {}, ...NO_ATTRIBUTES.map(bad => [bad])], bad => encodeAttributes(bad)),
    readAttributes: () => eachBad(NO_BYTES, bad => readAttributes(bad)),
    textAttribute: () => [
      ...eachBad(NO_TAGS, bad => textAttribute(bad, 'a')),
      ...eachBad([...without(NO_TEXTS, ''), 'a\0b'], bad => textAttribute(1, bad)),
    ],
    textOf: () => eachBad(NO_ATTRIBUTES, bad => textOf(bad)),
    'new Registrar': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => new Registrar(bad)),
      ...eachChanged(
        options,
        {
          server: [...NO_OBJECTS, {}, { host: '', port: 1 }, { host: 'a', port: 0 }, { host: 'a', port: 65_536 }],
          entity: [...NO_TEXTS, 'a\0b', 'a'.repeat(256)],
          targets: NO_FUNCTIONS,
          listener: [null, 1, 'text', true, []],
          timers: [...without(NO_OBJECTS, undefined), {}],
          random: without(NO_FUNCTIONS, undefined),
          limits: [...without(NO_OPTIONS, undefined), { answerMs: 0 }, { closeMs: '1' }, { thereIsNoSuchLimit: 1 }],
        },
        bad => new Registrar(bad),
      ),
    ],
  },
  untried: {
    noArguments: ['new MessageReader', 'Registrar.changed', 'Registrar.close'],
  },
})
