import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Host } from '../../namespace/host';
import { type Answer, done, failed } from './arguments';
import { systemctl } from './stand-ins';

const folder = '/etc/systemd/system';

/** What a unit's file may say. What the rehearsal does not know it must not ignore. */
const known: Record<string, readonly string[]> = {
  Unit: ['Description'],
  Service: ['Type', 'TimeoutStartSec', 'ExecStart'],
  Timer: ['OnActiveSec', 'OnUnitInactiveSec', 'AccuracySec'],
  Install: ['WantedBy'],
};

/** systemd on one instance: docker's service is always there, and timers really run what their unit says. */
export class Systemd {
  private readonly running = new Set<string>();

  constructor(
    private readonly host: Host,
    private readonly path: string,
    private readonly powerOff: () => void,
  ) {}

  call(words: readonly string[]): Answer | Promise<Answer> {
    const [verb = '', ...units] = words.filter((word) => !word.startsWith('-'));
    if (verb === 'poweroff') {
      this.host.log.write('systemd', 'powers off');
      setImmediate(this.powerOff);
      return done();
    }
    if (units.length === 0 || !units.every((unit) => unit.endsWith('.timer'))) return systemctl(words);
    try {
      for (const unit of units) this.timer(verb, unit, words.includes('--now'));
      return done();
    } catch (error) {
      return failed(1, `systemctl: ${(error as Error).message}`);
    }
  }

  private timer(verb: string, unit: string, now: boolean): void {
    if (verb === 'stop' || verb === 'disable') this.running.delete(unit);
    else if (verb === 'start' || (verb === 'enable' && now)) this.startTimer(unit);
    else throw new Error(`the rehearsal's stand-in knows no 'systemctl ${verb} ${unit}'`);
  }

  private startTimer(unit: string): void {
    const timer = this.settings(unit);
    const service = this.settings(unit.replace(/timer$/, 'service'));
    if (service.Type !== 'oneshot') throw new Error(`${unit} runs a service of type ${service.Type}, expected oneshot`);
    this.running.add(unit);
    const repeat = async () => {
      for (let wait = timer.OnActiveSec; this.goesOn(unit); wait = timer.OnUnitInactiveSec) {
        await pause(Number(wait) * 1000);
        if (this.goesOn(unit)) await this.run(unit, service);
      }
    };
    repeat().catch((error) => this.host.log.write('systemd', String(error)));
  }

  private goesOn = (unit: string): boolean => this.running.has(unit) && !this.host.dead;

  private async run(unit: string, { ExecStart = '', TimeoutStartSec = '90' }: Record<string, string>): Promise<void> {
    const bounded = ['timeout', '--signal=KILL', TimeoutStartSec, ...ExecStart.split(' ')];
    const process = this.host.spawn(['/usr/bin/env', '-i', `PATH=${this.path}`, ...bounded]);
    this.host.log.follow(unit, process.stdout!);
    this.host.log.follow(unit, process.stderr!);
    const [code] = await once(process, 'close');
    if (code !== 0) this.host.log.write(unit, `ended with ${code}`);
  }

  private settings(unit: string): Record<string, string> {
    const settings: Record<string, string> = {};
    let section = '';
    for (const line of this.host.read(`${folder}/${unit}`).split('\n')) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      const [, title] = /^\[(.+)\]$/.exec(line) ?? [];
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (title !== undefined) section = title;
      else if (name !== undefined && known[section]?.includes(name)) settings[name] = value!;
      else throw new Error(`${unit} has '${line}' in [${section}], which the rehearsal's stand-in does not know`);
    }
    return settings;
  }
}
