import { describe, expect, it } from 'vitest'
import { parseRequest } from './options.ts'
import { UsageError } from './usage-error.ts'

const parse = (line: string, environment: NodeJS.ProcessEnv = {}) =>
  parseRequest(line === '' ? [] : line.split(' '), environment)

describe('parseRequest', () => {
  it('serves the default configuration when nothing is said', () => {
    expect(parse('')).toEqual({
      kind: 'serve',
      config: { path: '/etc/lunkit/saveconfig.json', named: false },
      stateDirectory: '/var/lib/lunkit',
      stateNamed: false,
      control: { path: '/run/lunkit/control.sock', named: false },
      log: { level: 'info', format: undefined },
    })
  })

  it('takes paths from the environment, and from the command line before that', () => {
    const environment = {
      LUNKIT_CONFIG: '/env/saveconfig.json',
      LUNKIT_STATE: '/env/state',
      LUNKIT_CONTROL: '/env/control.sock',
    }
    expect(parse('', environment)).toMatchObject({
      config: { path: '/env/saveconfig.json', named: true },
      stateDirectory: '/env/state',
      stateNamed: true,
      control: { path: '/env/control.sock', named: true },
    })
    expect(parse('--config /c.json --state=/s --control /c.sock', environment)).toMatchObject({
      config: { path: '/c.json', named: true },
      stateDirectory: '/s',
      control: { path: '/c.sock', named: true },
    })
    expect(parse('', { LUNKIT_CONFIG: '' })).toMatchObject({ config: { named: false } })
  })

  it('is managed by TLS where that is asked for, with files that have places of their own', () => {
    const files = {
      certificate: '/etc/lunkit/control.pem',
      key: '/etc/lunkit/control.key',
      tokens: '/etc/lunkit/control.tokens',
    }
    expect(parse('--control-tls 0.0.0.0:9443')).toMatchObject({
      control: { tls: { host: '0.0.0.0', port: 9443, ...files } },
    })
    expect(parse('--control-tls [::]:0 --control-key /k')).toMatchObject({
      control: { named: false, tls: { host: '::', port: 0, ...files, key: '/k' } },
    })
    const environment = {
      LUNKIT_CONTROL_TLS: '127.0.0.1:1',
      LUNKIT_CONTROL_CERTIFICATE: '/c',
      LUNKIT_CONTROL_KEY: '/k',
      LUNKIT_CONTROL_TOKENS: '/t',
    }
    expect(parse('--demo --control-tokens /u', environment)).toMatchObject({
      control: { tls: { host: '127.0.0.1', port: 1, certificate: '/c', key: '/k', tokens: '/u' } },
    })
    expect(parse('', { LUNKIT_CONTROL_TLS: '', LUNKIT_CONTROL_KEY: '/k' })).toMatchObject({
      control: { tls: undefined },
    })
  })

  it.each([
    ['--metrics 0.0.0.0:9927', {}, { host: '0.0.0.0', port: 9927 }],
    ['--demo --metrics localhost:0', {}, { host: 'localhost', port: 0 }],
    ['', { LUNKIT_METRICS: '[::]:9927' }, { host: '::', port: 9927 }],
    ['--metrics a:1', { LUNKIT_METRICS: 'b:2' }, { host: 'a', port: 1 }],
    ['', { LUNKIT_METRICS: '' }, undefined],
    ['--metrics a:1 --web.config.file /w.yml', {}, { host: 'a', port: 1, webConfigFile: '/w.yml' }],
  ])('serves metrics where that is asked for: %s %o', (line, environment, metrics) => {
    expect(parse(line, environment)).toMatchObject({ metrics })
  })

  it('checks instead of serving', () => {
    expect(parse('--config /c.json --check')).toMatchObject({ kind: 'check', config: { path: '/c.json' } })
  })

  it.each([
    ['--demo', { host: '127.0.0.1', port: 3260 }],
    ['--demo --portal 127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['--portal [::1]:3261 --demo', { host: '::1', port: 3261 }],
    ['--demo --portal 0.0.0.0', { host: '0.0.0.0', port: 3260 }],
  ])('serves the demo: %s', (line, portal) => {
    const control = { path: '/run/lunkit/control.sock', named: false }
    expect(parse(line)).toEqual({ kind: 'demo', portal, control, log: { level: 'info' } })
  })

  it.each([
    ['--log-level debug', {}, { level: 'debug' }],
    ['--demo --log-level=silent --log-format text', {}, { level: 'silent', format: 'text' }],
    ['', { LUNKIT_LOG_LEVEL: 'WARN', LUNKIT_LOG_FORMAT: 'json-iso' }, { level: 'warn', format: 'json-iso' }],
    ['--log-level error', { LUNKIT_LOG_LEVEL: 'loud' }, { level: 'error' }],
    ['', { LUNKIT_LOG_LEVEL: '', LUNKIT_LOG_FORMAT: '' }, { level: 'info' }],
  ])('takes the level and the format of the log: %s %o', (line, environment, log) => {
    expect(parse(line, environment)).toMatchObject({ log })
  })

  it('names the variable that says what is not known', () => {
    expect(() => parse('', { LUNKIT_LOG_LEVEL: 'loud' })).toThrow(
      'LUNKIT_LOG_LEVEL loud is not known; right is one of trace,',
    )
    expect(() => parse('', { LUNKIT_LOG_FORMAT: 'xml' })).toThrow(
      'LUNKIT_LOG_FORMAT xml is not known; right is one of json,',
    )
  })

  it('serves the demo whatever configuration the environment names', () => {
    expect(parse('--demo', { LUNKIT_CONFIG: '/env.json' })).toMatchObject({ kind: 'demo' })
  })

  it.each(['--help', '-h', '--help --demo'])('asks for help: %s', line => {
    expect(parse(line)).toEqual({ kind: 'help' })
  })

  it('asks for the version', () => {
    expect(parse('--version')).toEqual({ kind: 'version' })
  })

  it.each([
    ['--bogus', "Unknown option '--bogus'"],
    ['serve', "Unexpected argument 'serve'"],
  ])('says of %s what is wrong, and no more that Node says', (line, message) => {
    expect(() => parse(line)).toThrow(new UsageError(message))
  })

  it.each([
    ['--bogus', "Unknown option '--bogus'"],
    ['serve', "Unexpected argument 'serve'"],
    ['--config', "Option '--config <value>' argument missing"],
    ['--portal 127.0.0.1:3260', '--portal is for --demo'],
    ['--demo --portal host:3260', '--portal host:3260 is no address and port; right is 127.0.0.1:3260 or [::1]:3260'],
    ['--demo --portal 127.0.0.1:65536', '--portal 127.0.0.1:65536 is no address and port'],
    ['--demo --config /c.json', '--demo serves a disk of its own'],
    [
      '--log-level loud',
      '--log-level loud is not known; right is one of trace, debug, info, warn, error, fatal, silent',
    ],
    ['--log-format xml', '--log-format xml is not known; right is one of json, json-iso, text'],
    ['--log-level', "Option '--log-level <value>' argument missing"],
    ['--control-tls 0.0.0.0', '--control-tls 0.0.0.0 is no address and port; right is 127.0.0.1:9443 or [::]:9443'],
    ['--control-tls host:9443', '--control-tls host:9443 is no address and port'],
    ['--control-tls=', '--control-tls  is no address and port'],
    ['--control-key /k', '--control-key is for --control-tls, which says where to listen'],
    [
      '--control https://localhost:9443',
      'is no path of a unix socket; where lunkitd listens by TLS says --control-tls',
    ],
    ['--metrics 9927', '--metrics 9927 is no address and port; right is 127.0.0.1:9927 or [::]:9927'],
    ['--metrics ::1:9927', '--metrics ::1:9927 is no address and port'],
    ['--metrics a:65536', '--metrics a:65536 is no address and port'],
    ['--web.config.file /w', '--web.config.file is for --metrics, which says where to listen'],
    ['--metrics=', '--metrics  is no address and port'],
    ['--demo --check', '--check reads a configuration, and --demo has none'],
  ])('refuses %s in one line that says why', (line, message) => {
    expect(() => parse(line)).toThrow(UsageError)
    expect(() => parse(line)).toThrow(message)
    expect(() => parse(line)).not.toThrow('\n')
  })
})
