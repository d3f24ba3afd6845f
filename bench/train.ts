/** Fits a Bradley–Terry head on n × dims differences from a float32 file: `node bench/train.ts FILE N DIMS L2 [REPEATS]`. */
import { readFileSync } from 'node:fs';
import { fitBradleyTerry } from '../models/training/bradley-terry.ts';

const [file, n, dims, l2, repeats] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: bench/train.ts FILE N DIMS L2 [REPEATS]');
const bytes = readFileSync(file);
const differences = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const input = { differences, n: Number(n), dims: Number(dims), l2: Number(l2) };
for (let i = 0; i < Number(repeats ?? 3); i++) {
  const start = performance.now();
  const used = process.cpuUsage();
  const { loss, iterations, converged } = await fitBradleyTerry(input);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  const cpu = (user + system) / 1e6;
  console.log(JSON.stringify({ peer: 'assay', seconds, cpu, loss, iterations, converged }));
}
