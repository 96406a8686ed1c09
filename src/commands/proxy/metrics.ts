import {ImmCommand} from '../../terminal/command.ts'

export default class ProxyMetrics extends ImmCommand {
  static override summary = 'Print what the proxy counts, in the text format of Prometheus.'
  static override description =
    'Per release: answers by class, time to their first byte, failures, bytes, requests under way. The same is at /metrics of the control socket, for `curl --unix-socket` and for scrapers that take one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> | grep \'code_class="5xx"\'',
  ]

  async run(): Promise<void> {
    await this.parse(ProxyMetrics)
    const {proxyMetrics} = await import('../../wiring/proxy.ts')
    const text = await proxyMetrics(this.signal)
    this.result({type: 'metrics', text})
    if (!this.json) process.stdout.write(text)
  }
}
