// What a script uses: syntax, globals, members of objects, options of calls, names of events.
//
// A script does not say of which interface a member is. So a member's version is that of the interface that had it
// first: what is reported as too new is so in every interface; what an older interface has by the same name is not seen.
import * as acorn from 'acorn';
import * as walk from 'acorn-walk';
import { readSelector } from './css.mjs';
import { builtins, compare, entry, interfaces, versions } from './data.mjs';

/** What xtask/src/dist/esbuild.rs makes of everything; a younger syntax is no script to acorn. */
export const ECMA = 2021;

const compatOf = (...path) => entry(...path)?.__compat;
const syntax = (...path) => compatOf('javascript', ...path);

const OPERATORS = {
  '??': syntax('operators', 'nullish_coalescing'),
  '**': syntax('operators', 'exponentiation'),
  '??=': syntax('operators', 'nullish_coalescing_assignment'),
  '||=': syntax('operators', 'logical_or_assignment'),
  '&&=': syntax('operators', 'logical_and_assignment'),
};

/** Calls that take a selector. */
const SELECTS = new Set(['closest', 'matches', 'querySelector', 'querySelectorAll']);

/** The interfaces of objects that every script knows by name. */
const SINGLETONS = {
  crypto: 'Crypto', document: 'Document', globalThis: 'Window', history: 'History', localStorage: 'Storage', location: 'Location',
  navigator: 'Navigator', performance: 'Performance', screen: 'Screen', self: 'Window', sessionStorage: 'Storage', window: 'Window',
};

/** Every member by its name, with the entries of all interfaces that have one; without those of constructors. */
const members = new Map();
/** Events by name. */
const events = new Map();
/** Options of calls by `method(option)`. */
const options = new Map();
const add = (map, name, compat) => map.set(name, [...(map.get(name) ?? []), compat]);

for (const [, members_] of [...interfaces(), ...builtins()]) {
  for (const [key, value] of Object.entries(members_)) {
    if (key === '__compat' || !value.__compat) continue;
    const event = /^(.+)_event$/.exec(key);
    if (event) {
      add(events, event[1], value.__compat);
      add(members, `on${event[1]}`, value.__compat);
      continue;
    }
    const name = key.replace(/_static$/, '');
    if (name === key) add(members, name, value.__compat);
    for (const [option, compat] of optionsOf(value)) add(options, `${name}({ ${option} })`, compat);
  }
}
// Options of a constructor.
for (const [name, value] of interfaces()) {
  for (const [option, compat] of optionsOf(value[name] ?? {})) add(options, `${name}({ ${option} })`, compat);
}

function optionsOf(value, found = []) {
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__compat') continue;
    const option = /^(?:(?:options|init|descriptor)_)?(\w+?)_(?:parameter|option)$/.exec(key);
    if (option && inner.__compat) found.push([option[1], inner.__compat]);
    if (inner && typeof inner === 'object') optionsOf(inner, found);
  }
  return found;
}

/** The entry of the interface that had it first in all browsers. */
function first(compats) {
  const age = (compat) => Object.values(versions(compat));
  return compats.toSorted((one, other) => {
    const [left, right] = [age(one), age(other)];
    return left.reduce((sum, version, index) => sum + Math.sign(compare(version, right[index])), 0);
  })[0];
}

/** Calls `note(name, compat)` for each use, and gives the strings of the script. */
export function readJs(text, note, module = false) {
  const tree = acorn.parse(text, { ecmaVersion: ECMA, sourceType: module ? 'module' : 'script' });
  const strings = [];
  const member = (name, of) => {
    const own = of && (compatOf('api', of, `${name}_static`) ?? compatOf('javascript', 'builtins', of, name)
      ?? (of === 'WebAssembly' ? compatOf('webassembly', 'api', name) : undefined) ?? compatOf('api', SINGLETONS[of] ?? '', name));
    if (own) return note(`${of}.${name}`, own);
    const compats = members.get(name);
    if (compats) note(`.${name}`, first(compats));
  };
  const named = ({ key, computed }) => !computed && (key?.name ?? key?.value);
  const call = (node) => {
    const method = node.callee.property?.name ?? node.callee.name;
    for (const argument of node.arguments) {
      if (SELECTS.has(method) && typeof argument.value === 'string') readSelector(argument.value, note);
      for (const property of argument.properties ?? []) {
        const name = `${method}({ ${named(property)} })`;
        if (options.has(name)) note(name, first(options.get(name)));
      }
      if (method === 'addEventListener' && typeof argument.value === 'string' && events.has(argument.value)) {
        note(`the event ${argument.value}`, first(events.get(argument.value)));
      }
    }
  };
  walk.full(tree, (node) => {
    switch (node.type) {
      case 'MemberExpression':
        if (!node.computed) member(node.property.name, node.object.name);
        else if (typeof node.property.value === 'string') member(node.property.value, node.object.name);
        break;
      case 'Property': {
        // `{ showPopover } = place` and `Object.assign(place, { popover })` use a member as well.
        const name = named(node);
        // But functions of our own have names of their own.
        if (name && (name.startsWith('on') || !/Function/.test(node.value.type))) member(name);
        if (node.method || node.shorthand) note('short properties', syntax('operators', 'object_initializer', 'shorthand_property_names'));
        break;
      }
      case 'CallExpression':
        call(node);
        break;
      case 'NewExpression': {
        const { name } = node.callee;
        const compat = name && (compatOf('api', name, name) ?? compatOf('javascript', 'builtins', name, name));
        if (compat) note(`new ${name}()`, compat);
        call(node);
        break;
      }
      case 'Identifier': {
        const compat = compatOf('api', node.name) ?? compatOf('javascript', 'builtins', node.name)
          ?? compatOf('api', 'Window', node.name) ?? compatOf('api', node.name, node.name);
        if (compat) note(node.name, compat);
        break;
      }
      case 'LogicalExpression':
      case 'BinaryExpression':
      case 'AssignmentExpression':
        if (OPERATORS[node.operator]) note(node.operator, OPERATORS[node.operator]);
        break;
      case 'ChainExpression':
        note('?.', syntax('operators', 'optional_chaining'));
        break;
      case 'CatchClause':
        if (!node.param) note('catch {}', syntax('statements', 'try_catch', 'optional_catch_binding'));
        break;
      case 'SpreadElement':
        note('...', syntax('operators', 'spread'));
        break;
      case 'AwaitExpression':
        note('await', syntax('operators', 'await'));
        break;
      case 'ForOfStatement':
        note(node.await ? 'for await' : 'for of', syntax('statements', node.await ? 'for_await_of' : 'for_of'));
        break;
      case 'ImportExpression':
        note('import()', syntax('operators', 'import'));
        break;
      case 'MetaProperty':
        note(`${node.meta.name}.${node.property.name}`, syntax('operators', node.meta.name === 'import' ? 'import_meta' : 'new_target'));
        break;
      case 'TemplateLiteral':
        strings.push(...node.quasis.map(({ value }) => value.cooked));
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        note('class', syntax('statements', 'class'));
        break;
      case 'Literal':
        if (typeof node.value === 'string') strings.push(node.value);
        if (node.bigint) note('123n', syntax('builtins', 'BigInt'));
        if (node.regex) regex(node.regex, note);
        break;
    }
  });
  return strings;
}

const FLAGS = { d: 'hasIndices', s: 'dotAll', u: 'unicode', v: 'unicodeSets', y: 'sticky' };

function regex({ pattern, flags }, note) {
  for (const flag of flags) {
    if (FLAGS[flag]) note(`/…/${flag}`, syntax('builtins', 'RegExp', FLAGS[flag]));
  }
  const parts = [[/\(\?<[=!]/, 'lookbehind_assertion'], [/\(\?<[^=!]/, 'named_capturing_group'], [/\\p\{/i, 'unicode_character_class_escape']];
  for (const [part, name] of parts) {
    if (part.test(pattern)) note(`/${name}/`, syntax('regular_expressions', name));
  }
}
