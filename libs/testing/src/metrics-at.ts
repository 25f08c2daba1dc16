/** Samples of a Prometheus text: `name{labels}` → value. */
export type Samples = ReadonlyMap<string, number>;

function parseMetrics(text: string): Samples {
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );
}

/** The sum of the samples of a metric whose labels contain all of these. */
export function sumOf(
  samples: Samples,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const values = [...samples]
    .filter(([key]) => (key === name || key.startsWith(`${name}{`)) && wanted.every((pair) => key.includes(pair)))
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

export async function metricsAt(url: string, key?: string): Promise<Samples> {
  const response = await fetch(url, { headers: key === undefined ? {} : { 'x-api-key': key } });
  if (response.status !== 200) throw new Error(`no metrics: ${response.status}`);
  return parseMetrics(await response.text());
}
