/**
 * Writes docs/metrics.md, which is made of the declarations of the exporter's families. With `--check` it only says whether the page
 * is as it would be written, and ends with 1 where it is not.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { comingFamilies, type Family, metricFamilies } from '../packages/metrics/src/index.ts'

const PAGE = new URL('../docs/metrics.md', import.meta.url)
const COMMAND = 'node --conditions=source scripts/metrics-page.ts'

const rowOf = ({ name, type, help, labels, sparse }: Family): string => {
  const mark = sparse ? ' ¹' : ''
  return `| \`${name}\`${mark} | ${type} | ${labels.map(label => `\`${label}\``).join(', ')} | ${help} |`
}

const text = `# Metrics

What \`lunkit-exporter\` and \`lunkitd --metrics\` serve at \`/metrics\`: ${metricFamilies.length} families. How it is scraped: [operating/monitor.md](operating/monitor.md). This page is made of
the declarations in \`packages/metrics/src/families/\`, by \`${COMMAND}\`.

| Name | Type | Labels | Meaning |
|---|---|---|---|
${metricFamilies.map(rowOf).join('\n')}

¹ Its series appear with their first event. All other counters are at 0 before it.

* \`lun\` is a storage object, \`fileio/disk0\`; \`target\` and \`initiator\` are iSCSI names; \`portal\` is an address and a port.
* \`lunkit_lun_info\` and \`lunkit_lun_mapping_info\` are 1, and have what is long, to be joined: \`... * on (lun) group_left (serial) lunkit_lun_info\`.
* \`_ended\` has the totals of what has gone: sums never go back. \`_other\` has those who came when as many as are told by name were there (initiators:
  256 of each target in lunkitd, and \`--initiators\` in the exporter). Who was told there stays there until it goes, and what it has done stays there
  for good, so that \`_other\` never goes back either; only where the exporter itself is started anew it is made up anew.
* \`lun="_absent"\` is what was asked of LUNs that there are none of, and of those without a medium that every target has (LUN 0 where it is none of
  the configuration's, REPORT LUNS of the well known one): mostly INQUIRY and REPORT LUNS of initiators that look around. It is no storage object and
  has no \`lunkit_lun_info\`. \`target="_absent"\` are logins to targets that there are none of, \`_discovery\` sessions for discovery that name none.
* Histograms are classic ones. lunkitd counts in 16 buckets to a power of two; a bound inside of one gets its part of it.

## Coming

| Name | What it waits for |
|---|---|
${comingFamilies.map(({ name, why }) => `| \`${name}\` | ${why} |`).join('\n')}

\`engine\` is where an operation was done: \`inline\` by lunkitd's own thread, \`uring\` by that too, with one system call for several reads, \`lane\` by
a worker thread. \`commit\` is left out where it is not known. \`auth\` is how the initiator has proved who it is: \`none\` or \`chap\`; \`tls\` is \`false\` as long as iSCSI is
not served by TLS; \`digest\` is what has CRC32C: \`none\`, \`header\`, \`data\`, \`header_data\`.
`

if (process.argv[2] !== '--check') writeFileSync(PAGE, text)
else if (readFileSync(PAGE, 'utf8') !== text) {
  process.stderr.write(`docs/metrics.md is not what the declarations make; right is to run ${COMMAND}\n`)
  process.exitCode = 1
}
