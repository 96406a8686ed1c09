import {setTimeout as delay} from 'node:timers/promises'

import {ImmCommand} from '../../../../src/terminal/command.ts'

/** Writes lines until nobody reads them. */
export default class Pour extends ImmCommand {
  override async run(): Promise<void> {
    await this.parse(Pour)
    for (let line = 0; ; line += 1) {
      this.say(`line ${line}`)
      this.result({line})
      await delay(1, undefined, {signal: this.signal})
    }
  }
}
