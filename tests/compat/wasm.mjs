// What a WebAssembly module uses: it is validated with each proposal in turn forbidden; what fails then is used.
import { entry } from './data.mjs';

// Binaryen prints each function that is not valid, by what these are while it loads.
const { log, error } = console;
Object.assign(console, { log() {}, error() {} });
const { default: binaryen } = await import('binaryen');
Object.assign(console, { log, error });

/** Binaryen's names of the proposals, and those of the data; a use of one that is not here has no version and fails.
 *  Mutable globals, of 2018, have no row in the data. */
const PROPOSALS = {
  BulkMemory: 'bulk-memory-operations',
  BulkMemoryOpt: 'bulk-memory-operations',
  ExceptionHandling: 'exception-handling',
  ExtendedConst: 'extended-constant-expressions',
  GC: 'garbage-collection',
  Memory64: 'memory64',
  MultiMemory: 'multiMemory',
  Multivalue: 'multi-value',
  NontrappingFPToInt: 'non-trapping-float-to-int-conversions',
  ReferenceTypes: 'reference-types',
  RelaxedSIMD: 'relaxed-SIMD',
  SIMD128: 'fixed-width-SIMD',
  SignExt: 'sign-extension-operations',
  TailCall: 'tail-calls',
  Atomics: 'threads-and-atomics',
  CallIndirectOverlong: 'reference-types',
  StackSwitching: 'jspi',
  WideArithmetic: 'wideArithmetic',
};

/** What Binaryen takes for a part of another proposal, and will not do without. */
const PARTS = { BulkMemoryOpt: ['BulkMemory'], CallIndirectOverlong: ['ReferenceTypes', 'GC'], ReferenceTypes: ['GC'] };

/** Calls `note(name, compat)` for each proposal that the module needs. */
export function readWasm(bytes, note) {
  const { Features } = binaryen;
  for (const name of needed(bytes, Object.keys(Features).filter((each) => !['MVP', 'MutableGlobals', 'All'].includes(each)))) {
    note(`wasm ${PROPOSALS[name] ?? name}`, PROPOSALS[name] && entry('webassembly', PROPOSALS[name])?.__compat);
  }
}

/** The smallest set of proposals with which the module is valid; those that came last are given up first. */
function needed(bytes, names) {
  const { Features } = binaryen;
  const wasm = binaryen.readBinary(new Uint8Array(bytes));
  const valid = (features) => {
    wasm.setFeatures(features.reduce((set, name) => set | Features[name], Features.MutableGlobals));
    return wasm.validate() === 1;
  };
  try {
    if (!valid(names)) throw new Error('the module is not valid at all');
    let left = names;
    for (const name of names.toSorted((one, other) => Features[other] - Features[one])) {
      const without = left.filter((each) => each !== name && !PARTS[name]?.includes(each));
      if (valid(without)) left = without;
    }
    return left;
  } finally {
    wasm.dispose();
  }
}
