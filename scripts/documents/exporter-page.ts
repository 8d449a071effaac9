import { USAGE } from '../../apps/exporter/src/usage.ts'
import { exporterVersion } from '../../apps/exporter/src/version.ts'
import { Roff } from './roff.ts'

/** An option of the usage text, or what goes on about the one before. */
const OPTION = /^ {2}(-.*?)(?: {2,}(.*))?$/
const MORE = /^ {6,}(\S.*)$/

/** lunkit-exporter(1), from what `--help` prints. */
export function exporterPage(): string {
  const page = new Roff({
    name: 'LUNKIT-EXPORTER',
    section: '1',
    source: `lunkit-exporter ${exporterVersion()}`,
    book: 'lunkit',
  })
    .section('NAME')
    .text('lunkit-exporter - serves the metrics of lunkitd to Prometheus')
    .section('SYNOPSIS')
    .lines(['lunkit-exporter [OPTION ...]'])
    .section('DESCRIPTION')
    .text(
      'lunkit-exporter asks the control socket of lunkitd whenever it is scraped, and keeps nothing in between. While lunkitd is away lunkit_up is 0. It needs the right to connect to the socket: root has it, and the group lunkit.',
    )
    .section('OPTIONS')
  for (const { option, text } of optionsOf(USAGE)) page.term(option, text)
  page.section('NOTES').text(afterOptions(USAGE))
  return page.section('SEE ALSO').text('lunkit(1), lunkitd(8)').toString()
}

function optionsOf(usage: string): { option: string; text: string }[] {
  const found: { option: string; text: string }[] = []
  for (const line of usage.split('\n')) {
    const [, option, text = ''] = OPTION.exec(line) ?? []
    const [, more] = MORE.exec(line) ?? []
    const last = found.at(-1)
    if (option !== undefined) found.push({ option, text })
    else if (more !== undefined && last !== undefined) last.text = `${last.text} ${more}`.trim()
  }
  return found
}

function afterOptions(usage: string): string {
  const lines = usage.split('\n')
  const last = lines.findLastIndex(line => OPTION.test(line) || MORE.test(line))
  return lines
    .slice(last + 1)
    .join(' ')
    .trim()
}
