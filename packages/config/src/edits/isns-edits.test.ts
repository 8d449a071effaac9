import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { planServing } from '../plan/plan.ts'
import type { Configuration } from '../saveconfig.ts'
import { applyEdit, type EditArguments } from './edits.ts'

const start = { storage_objects: [], targets: [] } as unknown as Configuration
const set = (configuration: Configuration, given: EditArguments<'setIsnsServer'>): Configuration =>
  applyEdit(configuration, { name: 'setIsnsServer', given }).configuration

describe('where targets are registered', () => {
  it('stands outside of what LIO reads, and is planned', () => {
    const edited = set(set(start, { server: 'isns.example.org' }), { server: '[2001:db8::7]:3999', entity: 'storage1' })
    expect(edited.targets).toBe(start.targets)
    expect(edited.lunkit).toEqual({
      isns: [{ server: 'isns.example.org' }, { server: '[2001:db8::7]:3999', entity: 'storage1' }],
    })
    expect(planServing(edited).isns).toEqual([
      { server: 'isns.example.org', host: 'isns.example.org', port: 3205, entity: undefined },
      { server: '[2001:db8::7]:3999', host: '2001:db8::7', port: 3999, entity: 'storage1' },
    ])
  })

  it('is one entry for each server, however it is written', () => {
    const edited = set(set(start, { server: 'isns.example.org' }), { server: 'ISNS.example.org:3205', entity: 'a' })
    expect(edited.lunkit).toEqual({ isns: [{ server: 'ISNS.example.org:3205', entity: 'a' }] })
    expect(set(edited, { server: 'isns.example.org', remove: true }).lunkit).toEqual({})
  })

  it('stays when all that is served is taken away', () => {
    const { configuration } = applyEdit(set(start, { server: '192.0.2.7' }), { name: 'clear', given: {} })
    expect(planServing(configuration).isns).toHaveLength(1)
  })

  it.each(['', 'nowhere at all', '192.0.2.7:0', '2001:db8::7', '[fe80::1%eth0]'])('cannot be %j', server => {
    expect(() => set(start, { server })).toThrow(`cannot register at ${JSON.stringify(server)}`)
  })

  it.each(['', 'a b', 'a'.repeat(256)])('is by no name such as %j', entity => {
    expect(() => set(start, { server: '192.0.2.7', entity })).toThrow('cannot register as')
  })

  it('cannot be taken back where nothing is registered', () => {
    expect(() => set(start, { server: '192.0.2.7', remove: true })).toThrow('is not registered at 192.0.2.7')
  })

  it('is told to be of no use the second time', () => {
    const twice = { lunkit: { isns: [{ server: 'a' }, { server: 'A:3205' }] } }
    const { isns, notices } = planServing({ ...start, ...twice } as unknown as Configuration)
    expect(isns).toHaveLength(1)
    expect(notices.map(({ text }) => text)).toContain('iSNS server A:3205 is there twice')
  })

  it.each([
    [{ server: true }, 'lunkit.isns[0].server'],
    [{ entity: 'a' }, 'server'],
    [{ server: 'a', entity: 'a b' }, 'lunkit.isns[0].entity'],
  ])('is wrong as %j, and then the whole file is: it is ours', (entry, where) => {
    expect(() => parseConfiguration(JSON.stringify({ lunkit: { isns: [entry] } }))).toThrow(where)
  })
})
