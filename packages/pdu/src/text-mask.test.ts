import { describe, expect, it } from 'vitest'
import { TextMask } from './index.ts'

const SECRET = '0x5ec7e7'

/** What is left of texts, each in a PDU of its own; all but the last have the C bit. */
function masked(texts: readonly string[], mask = new TextMask(true)): string[] {
  return texts.map((text, at) =>
    Buffer.from(mask.masked(Buffer.from(text, 'latin1'), at < texts.length - 1)).toString('latin1'),
  )
}

describe('a masked text', () => {
  it('has stars in the place of each byte of a challenge and its answer, and its length', () => {
    expect(masked([`CHAP_N=host\0CHAP_R=${SECRET}\0CHAP_C=${SECRET}\0CHAP_I=7\0`])).toEqual([
      'CHAP_N=host\0CHAP_R=********\0CHAP_C=********\0CHAP_I=7\0',
    ])
  })

  it('hides the value of a key that RFC 7143 does not know, and what is no pair', () => {
    expect(masked([`SRP_M=${SECRET}\0X-com.example=${SECRET}\0${SECRET}\0a b=${SECRET}\0InitiatorName=i\0`])).toEqual([
      'SRP_M=********\0X-com.example=********\0********\0************\0InitiatorName=i\0',
    ])
  })

  it.each(Array.from({ length: 22 }, (_, at) => at))('hides a secret that is cut after %i bytes', cut => {
    const text = `CHAP_I=1\0CHAP_R=${SECRET}\0`
    const said = masked([text.slice(0, cut), text.slice(cut)]).join('')
    expect(said).toHaveLength(text.length)
    expect(said.replaceAll('*', '')).not.toMatch(/5ec|c7e|7e7/)
  })

  it('shows the rest of a value whose key came in the PDU before', () => {
    expect(masked(['TargetAlias=a d', 'isk\0CHAP_R=12', '34\0'])).toEqual(['TargetAlias=a d', 'isk\0CHAP_R=**', '**\0'])
  })

  it('hides a text that began before it was looked at, up to its next pair', () => {
    expect(masked(['5ec7e7\0CHAP_I=1\0'], new TextMask(false))).toEqual(['******\0CHAP_I=1\0'])
  })

  it('begins anew with the PDU after one without the C bit', () => {
    const mask = new TextMask(true)
    expect([...masked(['CHAP_R=12'], mask), ...masked(['CHAP_I=1\0'], mask)]).toEqual(['CHAP_R=**', 'CHAP_I=1\0'])
  })

  it('hides what goes on for longer than a key may', () => {
    const long = 'InitiatorName'.padEnd(64, 'x')
    expect(masked([`${long}=${SECRET}\0`])[0]).toMatch(/^\*+\0$/)
  })

  it('leaves what it was given as it was', () => {
    const data = Buffer.from('CHAP_R=1\0')
    new TextMask(true).masked(data, false)
    expect(data.toString()).toBe('CHAP_R=1\0')
  })
})
