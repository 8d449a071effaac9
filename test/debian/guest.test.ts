import { copyFile, mkdir } from 'node:fs/promises'
import { connect, openBlockDevice } from 'lunkit'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { awaitBackground, startInBackground } from '../guest/background.ts'
import { type FioReport, parseFioReport } from '../guest/fio.ts'
import { Guest } from '../guest/guest.ts'
import { complaintsIn } from '../guest/kernel-log.ts'
import { discover, diskPath, login, logout } from '../guest/open-iscsi.ts'
import { freePort } from '../harness/free-port.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { otherThan, writeUntilLost } from './acknowledged-writes.ts'
import { withVersion } from './upgraded-package.ts'

const target: TargetAddress = { host: '127.0.0.1', port: 3260, iqn: 'iqn.2026-11.io.lunkit.test:debian', lun: 0 }
const guestName = 'iqn.2026-11.io.lunkit.test:guest'
const hostName = 'iqn.2026-11.io.lunkit.test:host'
const minuteMs = 60_000
const mib = 2 ** 20
/** A fsync for every file of a package is what a machine needs that may lose its power. */
const install = 'dpkg --force-unsafe-io --install'

/** What is there, but for what dpkg and the system themselves note, and what is gone with a boot. */
const listFiles = (name: string): string => `
  find / -xdev \\( -path /tmp -o -path /var/lib/dpkg -o -path /var/log -o -path /var/lib/systemd/timers \\
    -o -path /etc/iscsi -o -path /mnt -o -path /root \\) -prune -o -print | sort > /tmp/${name}`

describe('the Debian package on a Debian', () => {
  let scratch: Scratch
  let guest: Guest
  let port: number

  beforeAll(async () => {
    scratch = await Scratch.create('debian-guest')
    await mkdir(scratch.path('share'))
    port = await freePort()
    const { path } = inject('builtPackage')
    await copyFile(path, scratch.path('share/first.deb'))
    await withVersion(path, '0.1.1-1', scratch.path('raw'), scratch.path('share/second.deb'))
    guest = await Guest.boot(scratch.directory, { systemd: true, forwarded: { [port]: target.port } })
    await guest.succeed(`${listFiles('before')}\n${slowMachine}`, 2 * minuteMs)
  }, 15 * minuteMs)

  afterAll(async () => {
    await guest?.stop()
    await scratch?.remove()
  }, 2 * minuteMs)

  it(
    'is installed by dpkg, and leaves a target of the kernel alone that is there',
    async () => {
      const output = await guest.succeed(`${install} /share/first.deb`, 5 * minuteMs)
      expect(output).toContain("rtslib-fb-targetctl.service serves the kernel's own target, and is left alone")
      expect(await guest.succeed('systemctl is-active lunkitd || true', minuteMs)).toBe('inactive\n')
      expect(await guest.succeed('getent group lunkit; dpkg --verify lunkit', minuteMs)).toMatch(/^lunkit:x:\d+:\n$/)
    },
    6 * minuteMs,
  )

  it(
    'is targetcli for who chooses it, beside the one of targetcli-fb',
    async () => {
      const query = await guest.succeed(
        'update-alternatives --query targetcli; readlink -f /usr/sbin/targetcli',
        minuteMs,
      )
      expect(query).toMatch(/^Alternative: \/usr\/bin\/targetcli$/m)
      expect(query).toMatch(/^\/usr\/bin\/targetcli$/m)
      await guest.succeed('update-alternatives --set targetcli /usr/lib/lunkit/bin/targetcli', minuteMs)
      expect(await guest.succeed('/usr/sbin/targetcli --version 2>&1', minuteMs)).toContain('targetcli version 2.1.53')
    },
    3 * minuteMs,
  )

  it(
    'serves once it is started, as lunkit says, and tells its metrics',
    async () => {
      await guest.succeed('systemctl disable --now rtslib-fb-targetctl; systemctl enable --now lunkitd', 2 * minuteMs)
      await guest.succeed(
        `${awaitControl}; mkdir /srv/disks; lunkit < <(cat <<'LINES'\n${firstLines}\nLINES\n)`,
        3 * minuteMs,
      )
      const metrics = `python3 -c "import urllib.request as u; print(u.urlopen('http://127.0.0.1:9927/metrics').read().decode())"`
      expect(await guest.succeed(`${metrics} | grep '^lunkit_up\\|^lunkit_build_info'`, 2 * minuteMs)).toContain(
        'lunkit_up 1',
      )
    },
    6 * minuteMs,
  )

  it(
    'lets the initiator of another machine in',
    async () => {
      await using session = await connect(hostAddress())
      const disk = await openBlockDevice(session.lun(1))
      await disk.write(0, Buffer.alloc(4096, 'from another machine'))
      expect(Buffer.from(await disk.read(0, 512)).toString('latin1', 0, 20)).toBe('from another machine')
    },
    2 * minuteMs,
  )

  it(
    'is upgraded under a mounted file system and fio --verify, which do not notice',
    async () => {
      await guest.succeed(
        `dmesg --clear; echo InitiatorName=${guestName} > /etc/iscsi/initiatorname.iscsi; modprobe -a iscsi_tcp sd_mod
        systemctl start iscsid; ${discover(target)}; ${login(target, patient)}
        mkfs.ext4 -q ${diskPath(target)}; mount ${diskPath(target)} /mnt/lun`,
        3 * minuteMs,
      )
      const before = await guest.succeed(mainPid, minuteMs)
      await guest.succeed(`rm -f ${upgraded}; ${startInBackground('verify', fioUntilUpgraded)}`, minuteMs)
      const upgrade = `until [ -s /mnt/lun/verify ]; do sleep 0.2; done; ${install} /share/second.deb; touch ${upgraded}`
      await guest.succeed(upgrade, 10 * minuteMs)
      const reports = reportsIn(await guest.succeed(awaitBackground('verify'), 8 * minuteMs))
      expect(reports.filter(report => report.error !== 0 || report.reads < report.writes)).toEqual([])
      const longestMs = Math.max(...reports.map(report => report.longestMs))
      // One that waited for the new lunkitd: else there was no load meanwhile.
      expect(longestMs).toBeGreaterThan(1000)
      const after = await guest.succeed(`dpkg-query -W -f '\${Version} ' lunkit; ${mainPid}`, minuteMs)
      expect(after).toMatch(/^0\.1\.1-1 \d+\n$/)
      expect(after).not.toContain(before)
      process.stdout.write(`the longest operation at the upgrade took ${Math.round(longestMs)} ms\n`)
      await guest.succeed(`umount /mnt/lun; fsck.ext4 -f -n ${diskPath(target)}`, 2 * minuteMs)
      const complaints = complaintsIn(await guest.succeed('dmesg --decode', minuteMs))
      expect(complaints.filter(line => !/detected conn error|rejected\. Reason code/.test(line))).toEqual([])
      await guest.succeed(logout(target), minuteMs)
    },
    25 * minuteMs,
  )

  it(
    'serves what has changed in its file when it is reloaded',
    async () => {
      const grown = `sed -i 's/"size": ${64 * mib}/"size": ${128 * mib}/' /etc/lunkit/saveconfig.json`
      await guest.succeed(`${grown}; systemctl reload lunkitd`, 4 * minuteMs)
      await using session = await connect(hostAddress())
      const { blocks, blockSizeBytes } = await session.lun(1).readCapacity()
      expect(blocks * blockSizeBytes).toBe(128 * mib)
    },
    3 * minuteMs,
  )

  it(
    'is exposed less than 3.0, as the systemd of the guest counts it',
    async () => {
      const output = await guest.succeed('systemd-analyze security --no-pager lunkitd.service | tail -1', minuteMs)
      const [, exposure] = /Overall exposure level for lunkitd\.service: ([\d.]+)/.exec(output) ?? []
      expect(Number(exposure)).toBeLessThan(3)
    },
    2 * minuteMs,
  )

  it(
    'is started again when it has stopped to answer',
    async () => {
      const settings = dropIn('wedged', 'WatchdogSec=20\\nTimeoutAbortSec=2')
      await guest.succeed(`${settings}; systemctl restart lunkitd; ${wedge}`, 5 * minuteMs)
      const log = await guest.succeed('journalctl -u lunkitd --no-pager', minuteMs)
      expect(log).toMatch(/Watchdog timeout/)
      await using session = await connect(hostAddress())
      expect((await session.lun(1).readCapacity()).blocks).toBeGreaterThan(0)
    },
    6 * minuteMs,
  )

  it(
    'is started again when the kernel has ended it for its MemoryMax, and has all that it has acknowledged',
    async () => {
      const [acknowledged] = await Promise.all([
        writeUntilLost(hostAddress()),
        guest.succeed(outOfMemory, 5 * minuteMs),
      ])
      const log = await guest.succeed('journalctl -u lunkitd --no-pager; dmesg', minuteMs)
      expect(log).toMatch(/lunkitd\.service: A process of this unit has been killed by the OOM killer/)
      expect(log).toMatch(/lunkitd\.service: Failed with result 'oom-kill'/)
      expect(log).toMatch(/Memory cgroup out of memory: Killed process/)
      expect(acknowledged.size).toBeGreaterThan(0)
      expect(await otherThan(acknowledged, hostAddress())).toEqual([])
      process.stdout.write(`${acknowledged.size} blocks were acknowledged before it was killed\n`)
    },
    8 * minuteMs,
  )

  it(
    'is removed and purged, and leaves nothing but the disks',
    async () => {
      await guest.succeed('systemctl stop lunkitd; dpkg --remove lunkit', 3 * minuteMs)
      expect(
        await guest.succeed(
          'ls /etc/lunkit/saveconfig.json /etc/default/lunkitd; ls -A /run/lunkit 2>&1 || true',
          minuteMs,
        ),
      ).toMatch(/^\/etc\/default\/lunkitd\n\/etc\/lunkit\/saveconfig\.json\n/)
      await guest.succeed('dpkg --purge lunkit', 2 * minuteMs)
      await guest.succeed('systemctl enable rtslib-fb-targetctl', minuteMs)
      const left = await guest.run(`${listFiles('after')}\ndiff /tmp/before /tmp/after`, minuteMs)
      expect(left.output.split('\n').filter(line => /^[<>]/.test(line))).toEqual([
        '> /srv/disks',
        '> /srv/disks/disk0.img',
        '> /srv/disks/disk1.img',
      ])
    },
    6 * minuteMs,
  )

  const hostAddress = () => ({ host: '127.0.0.1', port, target: target.iqn, initiatorName: hostName })
})

/** On emulated processors, of which others want a part too, Node takes a minute for what takes half a second. */
const patient = { 'node.session.timeo.replacement_timeout': '600' }
const slowMachine = dropIn('slow', 'TimeoutStartSec=infinity\\nWatchdogSec=120')

/** Script: settings of lunkitd's unit that are gone with the boot. */
function dropIn(name: string, settings: string): string {
  const directory = '/run/systemd/system/lunkitd.service.d'
  return `mkdir -p ${directory}; printf '[Service]\\n${settings}\\n' > ${directory}/${name}.conf; systemctl daemon-reload`
}

/** Script: waits until lunkit can be asked. */
const awaitControl = 'until [ -S /run/lunkit/control.sock ]; do sleep 0.2; done'

const mainPid = 'systemctl show --property MainPID --value lunkitd'

/** Script: stops lunkitd as it is, and waits until another one says that it serves. */
const wedge = `wedged=$(${mainPid}); kill -STOP $wedged
  until [ "$(${mainPid})" != $wedged ] && [ "$(${mainPid})" != 0 ] && systemctl --quiet is-active lunkitd; do sleep 0.5; done`

/**
 * Script: takes lunkitd the memory that it has, waits until another one is started, and gives that one memory. What the kernel may take
 * back it takes first; what clients can ask for is bounded, so that they get nobody there.
 */
const outOfMemory = `killed=$(${mainPid}); sleep 3
  systemctl set-property --runtime lunkitd MemoryMax=16M
  until [ "$(${mainPid})" != $killed ]; do sleep 0.2; done
  systemctl set-property --runtime lunkitd MemoryMax=infinity
  until systemctl --quiet is-active lunkitd; do sleep 0.5; done
  rm -r /run/systemd/system.control/lunkitd.service.d; systemctl daemon-reload`

const upgraded = '/tmp/upgraded'

/** fio on a file of the file system, again and again until the upgrade is done: writes, and reads all back. */
const fioUntilUpgraded = `until [ -e ${upgraded} ]; do fio --name=verify --directory=/mnt/lun --filename=verify --direct=1 \
  --ioengine=libaio --iodepth=4 --size=16M --rw=randwrite --bs=16k --rate=1m --verify=crc32c --verify_fatal=1 \
  --verify_state_save=0 || break; done`

const reportsIn = (output: string): FioReport[] =>
  output
    .split(/^verify: \(g=0\)/m)
    .slice(1)
    .map(parseFioReport)

const firstLines = `/backstores/fileio create disk0 /srv/disks/disk0.img 256M
/backstores/fileio create disk1 /srv/disks/disk1.img 64M
/iscsi create ${target.iqn}
/iscsi/${target.iqn}/tpg1/luns create /backstores/fileio/disk0
/iscsi/${target.iqn}/tpg1/luns create /backstores/fileio/disk1
/iscsi/${target.iqn}/tpg1/acls create ${guestName}
/iscsi/${target.iqn}/tpg1/acls create ${hostName}
saveconfig`
