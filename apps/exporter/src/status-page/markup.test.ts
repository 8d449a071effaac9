import fc from 'fast-check'
import { expect, it } from 'vitest'
import { content, element, htmlOf } from './markup.ts'

it('an element is written with its attributes and what is in it', () => {
  const list = element('ul', { class: 'a' }, [element('li', {}, 'one'), element('li', {}, 'two')])
  expect(htmlOf(list)).toBe('<ul class="a"><li>one</li><li>two</li></ul>')
  expect(htmlOf(element('input', { name: 'find' }))).toBe('<input name="find">')
})

it('nothing that is said in a text or an attribute is ever anything else', () => {
  const text = `"><script>alert('x')</script>&amp;`
  expect(htmlOf(element('a', { title: text }, text))).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;</a>',
  )
  const words = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(words, words, (title, said) => {
      expect(htmlOf(element('p', { title }, said))).toMatch(/^<p title="[^"<>]*">[^<>]*<\/p>$/)
    }),
    { numRuns: 30 },
  )
})

it('texts beside each other are one, as they are to who reads the HTML', () => {
  expect(content('a', undefined, ['b', ''], element('p', {}), 'c')).toEqual(['ab', ['p', {}, []], 'c'])
})
