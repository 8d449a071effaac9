/** A package that lies in /usr/lib/lunkit, by the name that its licence is told under. */
export interface LicensedPackage {
  readonly name: string
  /** Its word in package.json: `MIT`. */
  readonly licence: string
  /** The text that came with it, where one did. */
  readonly text: string | undefined
}

const APACHE = 'On Debian systems the text of the Apache License is in /usr/share/common-licenses/Apache-2.0.'

const HEAD = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: lunkit
Source: https://github.com/lunkit/lunkit
Comment:
 /usr/lib/lunkit has a Node.js, whose licences are in /usr/share/doc/lunkit/node-licence.gz, and packages of npm.

Files: *
Copyright: the authors of lunkit
License: Apache-2.0
 ${APACHE}
`

/**
 * The copyright file of the Debian package: lunkit, and every package of npm in it with the text that it came with.
 *
 * @param packages in the order in which they are to stand
 */
export function copyrightFile(packages: readonly LicensedPackage[]): string {
  return [HEAD, ...packages.map(stanza)].join('\n')
}

function stanza({ name, licence, text }: LicensedPackage): string {
  const holders = [...(text ?? '').matchAll(/^\s*(copyright .*\d{4}.*)$/gim)].map(([, line = '']) => line.trim())
  return [
    `Files: usr/lib/lunkit/node_modules/${name}/*`,
    `Copyright: ${holders.length === 0 ? `the authors of ${name}` : holders.join('\n           ')}`,
    `License: ${licence}-of-${name.replaceAll(/[^a-z0-9.]+/gi, '-').replace(/^-/, '')}`,
    ...licenceText(name, licence, text).trim().split('\n').map(indented),
    '',
  ].join('\n')
}

/** Debian has the texts of licences that are used often, and wants them to be named. */
function licenceText(name: string, licence: string, text: string | undefined): string {
  if (licence === 'Apache-2.0') return APACHE
  return text ?? `${name} says in its package.json that its licence is ${licence}.`
}

/** A blank line of a field is a dot. */
const indented = (line: string): string => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`)
