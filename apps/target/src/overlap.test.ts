import { parseConfiguration, planServing } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import { explainPlan } from './explain.ts'

/** What is said of targets whose TPGs have these portals, besides the targets themselves. */
function said(...targets: readonly (readonly (readonly string[])[])[]): readonly string[] {
  const configuration = {
    targets: targets.map((groups, at) => ({
      fabric: 'iscsi',
      wwn: `iqn.2026-11.com.example:t${at + 1}`,
      tpgs: groups.map((portals, position) => ({
        tag: position + 1,
        portals: portals.map(text => {
          const [, ip_address, port] = /^(.*):(\d+)$/.exec(text) ?? []
          return { ip_address, port: Number(port) }
        }),
      })),
    })),
  }
  const lines = explainPlan(planServing(parseConfiguration(JSON.stringify(configuration))))
  return lines.filter(line => /overlap|leads to/.test(line))
}

const each = 'each target is reached at every address that its own portals have.'

describe('portals of a file that overlap', () => {
  it.each([
    ['a wildcard and an address', ['127.0.0.1:3260'], ['0.0.0.0:3260'], '127.0.0.1:3260 and 0.0.0.0:3260'],
    ['two wildcards', ['[::0]:3260'], ['0.0.0.0:3260'], '0.0.0.0:3260 and [::]:3260'],
    [
      'all of them',
      ['[::0]:3260', '[::1]:3260'],
      ['0.0.0.0:3260', '127.0.0.1:3260'],
      '[::1]:3260, 127.0.0.1:3260, 0.0.0.0:3260 and [::]:3260',
    ],
  ])('are named: %s', (_what, first, second, names) => {
    expect(said([first], [second])).toEqual([`  ${names} overlap: ${each}`])
  })

  it('are named with the group that each address leads to, in one target', () => {
    expect(said([['0.0.0.0:3260'], ['127.0.0.1:3260']])).toEqual([
      `  127.0.0.1:3260 and 0.0.0.0:3260 overlap: ${each}`,
      '  iqn.2026-11.com.example:t1: 127.0.0.1:3260 leads to portal group 2, else 0.0.0.0:3260 leads to portal group 1.',
    ])
  })

  it('are named with no group where all addresses of a target lead to one', () => {
    expect(said([['0.0.0.0:3260', '127.0.0.1:3260']])).toEqual([`  127.0.0.1:3260 and 0.0.0.0:3260 overlap: ${each}`])
  })

  it('are named with "else" from the second on, and only where a wildcard takes what is left', () => {
    const t1 = '  iqn.2026-11.com.example:t1: '
    expect(said([['127.0.0.1:3260'], ['127.0.0.2:3260'], ['0.0.0.0:3260']])[1]).toBe(
      `${t1}127.0.0.1:3260 leads to portal group 1, 127.0.0.2:3260 leads to portal group 2, else 0.0.0.0:3260 leads to portal group 3.`,
    )
    expect(said([['[::0]:3260'], ['0.0.0.0:3260']])[1]).toBe(
      `${t1}0.0.0.0:3260 leads to portal group 2, else [::]:3260 leads to portal group 1.`,
    )
  })

  it.each([
    ['the same portal', ['127.0.0.1:3260'], ['127.0.0.1:3260']],
    ['other ports', ['127.0.0.1:3260'], ['0.0.0.0:3261']],
    ['any free ports', ['127.0.0.1:0'], ['0.0.0.0:0']],
    ['other families', ['[::1]:3260'], ['0.0.0.0:3260']],
  ])('are not what two targets have with %s', (_what, first, second) => {
    expect(said([first], [second])).toEqual([])
  })
})
