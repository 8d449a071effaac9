import { expect, it } from 'vitest'
import { svgChart } from './chart.ts'

const chart = {
  title: 'Reads & "writes"',
  groups: [
    {
      label: 'a/row',
      bars: [
        { name: 'lunkitd', value: 50, low: 40, high: 100, text: '50/s' },
        { name: 'tgtd', value: 25, low: 25, high: 25, text: '25/s' },
      ],
    },
  ],
}

it('draws bars on one scale that begins at 0', () => {
  const widths = [...svgChart(chart).matchAll(/<rect x="250" y="\d+" width="([\d.]+)"/g)].map(match => Number(match[1]))
  expect(widths).toEqual([245, 122.5])
})

it('draws the span of the rounds through the bar', () => {
  expect(svgChart(chart)).toContain('<path d="M446.0 66H740.0"')
})

it('names each bar and its value in text, and escapes what SVG does not take', () => {
  const svg = svgChart(chart)
  for (const text of ['>lunkitd<', '>tgtd<', '>50/s<', '>25/s<', '>a/row<', '>Reads &amp; &quot;writes&quot;<'])
    expect(svg).toContain(text)
})

it('gives each server one colour', () => {
  const colours = [...svgChart(chart).matchAll(/fill="(#[0-9a-f]{6})"\/>/g)].map(match => match[1])
  expect(new Set(colours).size).toBe(3)
})
