import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as control from '@lunkit/control'
import { ControlClient, ControlServer, type ControlService, ControlSocket, MadeAnswer, methods } from '@lunkit/control'
import * as client from '@lunkit/control/client'
import * as socket from '@lunkit/control/socket'
import * as tls from '@lunkit/control/tls'
import { newToken, TlsListener, type TlsListenerOptions, TokenRole } from '@lunkit/control/tls'
import { afterAll } from 'vitest'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachChanged,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'
import { publicNames } from './public-names.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-arguments-'))
const path = join(directory, 'control.sock')
afterAll(() => rmSync(directory, { recursive: true }))

const never = () => Promise.reject(new Error('it is not called'))
const service = Object.fromEntries(Object.keys(methods).map(name => [name, never])) as unknown as ControlService
const OPTIONS = { path, service, version: '1', tell: () => undefined }
const NO_PATHS = [...NO_TEXTS, 'a\0b']
const NO_LIMITS = without([...NO_WHOLE_NUMBERS, 0, 2 ** 31], undefined)
const asker = new ControlClient({ path })
const NO_NAMES = [...NO_TEXTS, 'thereIsNoSuch', 'toString', 'events']
/** Whether an object is right the daemon says. */
const NO_INPUTS = [null, 1, 'text', []]
const CALL_OPTIONS = [...without(NO_OPTIONS, undefined), { signal: {} }, { signal: 1 }]

const clients: Readonly<Record<string, () => BadCall[]>> = {
  'new ControlClient': () => [
    ...eachBad([undefined, ...NO_OPTIONS, {}], bad => new ControlClient(bad)),
    ...eachChanged({ path }, { path: NO_PATHS, timeoutMs: NO_LIMITS }, bad => new ControlClient(bad)),
    ...eachChanged(
      { url: 'https://localhost:9443', token: 'a' },
      {
        url: [
          ...without(NO_TEXTS, undefined),
          'http://localhost:9443',
          'https://localhost',
          'https://a:b@localhost:9443',
        ],
        token: [...NO_TEXTS, 'a b', 'a\nb'],
        ca: without(NO_TEXTS, undefined),
        timeoutMs: NO_LIMITS,
      },
      bad => new ControlClient(bad as never),
    ),
  ],
  'ControlClient.call': () => [
    ...eachBad(NO_NAMES, bad => asker.call(bad, {} as never)),
    ...eachBad(NO_INPUTS, bad => asker.call('status', bad)),
    ...eachBad(CALL_OPTIONS, bad => asker.call('status', {}, bad)),
  ],
  'ControlClient.events': () => [
    ...eachBad(NO_INPUTS, bad => asker.events(bad).next()),
    ...eachBad(CALL_OPTIONS, bad => asker.events({}, bad).next()),
  ],
  'ControlClient.trace': () => [
    ...eachBad(NO_INPUTS, bad => asker.trace(bad).next()),
    ...eachBad(CALL_OPTIONS, bad => asker.trace({}, bad).next()),
  ],
}

const SOCKET_OPTIONS = {
  path: [...NO_PATHS, '/'.padEnd(108, 'a')],
  group: [...without(NO_TEXTS, undefined), 'a:b'],
  groupFile: without(NO_PATHS, undefined),
}
const sockets: Readonly<Record<string, () => BadCall[]>> = {
  'ControlSocket.open': () => [
    ...eachBad([undefined, ...NO_OPTIONS, {}], bad => ControlSocket.open(bad)),
    ...eachChanged(
      { path, warn: () => undefined },
      { ...SOCKET_OPTIONS, connections: NO_LIMITS, warn: NO_FUNCTIONS },
      bad => ControlSocket.open(bad),
    ),
  ],
}
const OF_SOCKETS = {
  noArguments: ['ControlSocket.close', 'loadServer'],
  insideOfPackages: ['new ControlSocket', 'ControlSocket.giveTo'],
}

describeArguments('@lunkit/control/socket', {
  door: socket,
  calls: sockets,
  untried: { ...OF_SOCKETS, insideOfPackages: ['listenAt', ...OF_SOCKETS.insideOfPackages] },
  state: () => existsSync(path),
})

const TLS_OPTIONS: TlsListenerOptions = {
  ...{ host: '127.0.0.1', port: 0, certificate: path, key: path, tokens: path },
  ...{ tell: () => undefined, warn: () => undefined },
}
const NO_LIMIT_OPTIONS = [...without(NO_OPTIONS, undefined), ...NO_LIMITS.map(events => ({ events }))]

describeArguments('@lunkit/control/tls', {
  door: tls,
  calls: {
    'TlsListener.open': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => TlsListener.open(bad)),
      ...eachChanged(
        TLS_OPTIONS,
        {
          host: NO_TEXTS,
          port: [...NO_WHOLE_NUMBERS, 65_536],
          certificate: NO_PATHS,
          key: NO_PATHS,
          tokens: NO_PATHS,
          tell: NO_FUNCTIONS,
          warn: NO_FUNCTIONS,
          limits: NO_LIMIT_OPTIONS,
        },
        bad => TlsListener.open(bad),
      ),
    ],
    newToken: () => [
      ...eachBad([...NO_TEXTS, '-a', 'a b', 'a'.repeat(65)], bad => newToken(bad, TokenRole.admin)),
      ...eachBad([...NO_TEXTS, 'root'], bad => newToken('a', bad)),
    ],
  },
  untried: {
    noArguments: ['TlsListener.reread', 'TlsListener.close'],
    insideOfPackages: ['new TlsListener', 'TlsListener.giveTo'],
  },
})

describeArguments('@lunkit/control/client', {
  door: client,
  calls: clients,
  untried: {},
  state: () => existsSync(path),
})

describeArguments('@lunkit/control', {
  door: control,
  calls: {
    ...clients,
    ...sockets,
    'new MadeAnswer': () => eachBad([...NO_OBJECTS, {}, []], bad => new MadeAnswer(bad)),
    'ControlServer.open': () => [
      ...eachBad([undefined, ...NO_OPTIONS, {}], bad => ControlServer.open(bad)),
      ...eachChanged(
        OPTIONS,
        {
          ...SOCKET_OPTIONS,
          service: [...NO_OBJECTS, {}, { ...service, status: 1 }],
          version: without(NO_TEXTS, ''),
          tell: NO_FUNCTIONS,
          peerOf: without(NO_FUNCTIONS, undefined),
          socket: [...without(NO_OBJECTS, undefined), {}],
          timers: [...without(NO_OBJECTS, undefined), {}],
          tls: [...without(NO_OBJECTS, undefined), {}],
          limits: NO_LIMIT_OPTIONS,
        },
        bad => ControlServer.open(bad),
      ),
    ],
  },
  untried: {
    noArguments: ['ControlServer.close', ...OF_SOCKETS.noArguments],
    insideOfPackages: ['new ControlServer', ...OF_SOCKETS.insideOfPackages],
    inAnotherTable: ['nearest'],
    // The functions of schemas, which are zod's.
    ofATable: publicNames({ methods }),
  },
  state: () => existsSync(path),
})
