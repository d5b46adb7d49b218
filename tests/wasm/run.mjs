// node run.mjs FILE.wasm: trains, as a page does.
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const accuracy = instance.exports.train();
const refused = instance.exports.files_are_refused() === 1;
console.log(`accuracy ${accuracy}, files refused: ${refused}`);
process.exit(accuracy === 1 && refused ? 0 : 1);
