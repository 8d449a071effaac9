import { describe, expect, it } from 'vitest'
import { readInvocation, UsageError } from './options.ts'

describe('a command line', () => {
  it('of nothing reads the default socket and listens at 127.0.0.1:9927', () => {
    expect(readInvocation([], {})).toEqual({
      asks: 'run',
      control: '/run/lunkit/control.sock',
      listen: { host: '127.0.0.1', port: 9927 },
      initiators: 256,
      compat: [],
    })
  })

  it("may name a web configuration, by the option of Prometheus' exporters, where empty is none", () => {
    expect(readInvocation(['--web.config.file=/w.yml'], {}).webConfigFile).toBe('/w.yml')
    expect(readInvocation(['--web.config.file', ''], {}).webConfigFile).toBeUndefined()
  })

  it('may ask for the names of other exporters, each once', () => {
    const args = ['ceph-iscsi', 'ceph-nvmeof', 'ceph-iscsi'].map(name => `--compat=${name}`)
    expect(readInvocation(args, {}).compat).toEqual(['ceph-iscsi', 'ceph-nvmeof'])
  })

  it('may name the socket, the environment too', () => {
    const environment = { LUNKIT_CONTROL: '/e' }
    expect(readInvocation([], environment).control).toBe('/e')
    expect(readInvocation([], { LUNKIT_CONTROL: '' }).control).toBe('/run/lunkit/control.sock')
    expect(readInvocation(['--control', '/o'], environment).control).toBe('/o')
  })

  it.each([
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['metrics.example:65535', { host: 'metrics.example', port: 65_535 }],
  ])('may listen at %s', (text, listen) => {
    expect(readInvocation([`--listen=${text}`], {}).listen).toEqual(listen)
  })

  it.each([
    [['--listen', '9927'], '--listen is "9927"; right is HOST:PORT'],
    [['--listen', '::1:9927'], '--listen is "::1:9927"'],
    [['--listen', 'a:65536'], '--listen is "a:65536"'],
    [['--initiators', '-1'], 'initiators'],
    [['--initiators', '1e9'], '--initiators is "1e9"; right is a number from 0 to 100000'],
    [['--compat', 'ceph'], '--compat is "ceph"; right is ceph-iscsi or ceph-nvmeof'],
    [['--frob'], "Unknown option '--frob'"],
    [['frob'], 'frob'],
  ])('%j is none', (args, why) => {
    expect(() => readInvocation(args, {})).toThrow(UsageError)
    expect(() => readInvocation(args, {})).toThrow(why)
  })
})
