// What a style sheet uses: properties, their keywords, functions, units, selectors, at-rules and media features.
import * as csstree from 'css-tree';
import { entry } from './data.mjs';

/** Units that the data keeps as features of `length`. */
const VIEWPORT = { d: 'dynamic', s: 'small', l: 'large' };
/** Custom properties and descriptors of our own begin so. */
const CUSTOM = /^--/;
const VENDOR = /^-(?:webkit|moz|ms)-/;

/** Calls `note(name, compat, prefixed)` for each use; `compat` is missing where the data knows no such thing. */
export function readCss(text, note) {
  const errors = [];
  const tree = csstree.parse(text, { onParseError: ({ message }) => errors.push(message), parseCustomProperty: true });
  if (errors.length > 0) throw new Error(`not read as CSS: ${errors.join('; ')}`);
  csstree.walk(tree, function (node) {
    const visit = VISITS[node.type];
    if (visit) visit(node, note, this);
  });
}

/** The same for a selector alone. */
export function readSelector(text, note) {
  csstree.walk(csstree.parse(text, { context: 'selectorList' }), function (node) {
    VISITS[node.type]?.(node, note, this);
  });
}

const compatOf = (...path) => entry(...path)?.__compat;

const VISITS = {
  Atrule({ name }, note) {
    note(`@${name}`, compatOf('css', 'at-rules', name));
  },
  Declaration({ property }, note) {
    if (CUSTOM.test(property)) return note('custom properties', compatOf('css', 'properties', 'custom-property'));
    const plain = property.replace(VENDOR, '');
    const own = compatOf('css', 'properties', property);
    note(property, own ?? compatOf('css', 'properties', plain), plain !== property);
  },
  Identifier({ name }, note, { declaration }) {
    if (!declaration || CUSTOM.test(name) || CUSTOM.test(declaration.property)) return;
    const property = declaration.property;
    const compat = compatOf('css', 'properties', property, name) ?? compatOf('css', 'properties', property, name.replaceAll('-', '_'));
    // The data has a row for a keyword only where it is younger than its property.
    if (compat) note(`${property}: ${name}`, compat);
  },
  Function({ name }, note, { declaration }) {
    const compat = functionIn(declaration?.property, name);
    note(`${name}()`, compat);
  },
  Dimension({ unit }, note) {
    const viewport = /^([dsl])v(?:h|w|min|max|b|i)$/.exec(unit);
    if (viewport) note(unit, compatOf('css', 'types', 'length', `viewport_percentage_units_${VIEWPORT[viewport[1]]}`));
    else if (unit !== 's' && unit !== 'px' && unit !== 'em' && unit !== 'deg' && unit !== 'fr') {
      note(unit, compatOf('css', 'types', 'length', unit) ?? compatOf('css', 'types', 'length', 'viewport_percentage_units'));
    }
  },
  PseudoClassSelector({ name }, note) {
    note(`:${name}`, compatOf('css', 'selectors', name));
  },
  PseudoElementSelector({ name }, note) {
    note(`::${name}`, compatOf('css', 'selectors', name));
  },
  Combinator({ name }, note) {
    const names = { ' ': 'descendant', '>': 'child', '+': 'next-sibling', '~': 'subsequent-sibling' };
    note(`the combinator “${name}”`, compatOf('css', 'selectors', names[name]));
  },
  NestingSelector(_node, note) {
    note('nesting', compatOf('css', 'selectors', 'nesting'));
  },
  AttributeSelector({ flags }, note) {
    note('[attribute]', compatOf('css', 'selectors', 'attribute'));
    if (flags) note(`[attribute ${flags}]`, compatOf('css', 'selectors', 'attribute', flags === 's' ? 'case_sensitive_modifier' : 'case_insensitive_modifier'));
  },
  Feature({ kind, name }, note) {
    const plain = name.replace(/^(?:min|max)-/, '');
    // The sizes of a container are part of container queries themselves.
    note(`(${kind}: ${plain})`, kind === 'container' ? compatOf('css', 'at-rules', 'container') : compatOf('css', 'at-rules', 'media', plain));
  },
  FeatureRange({ kind }, note) {
    note(`(${kind}: a < b)`, compatOf('css', 'at-rules', 'media', 'range_syntax'));
  },
};

/** A function is a type of its own, a member of one, or a value of the property. */
function functionIn(property, name) {
  const direct = compatOf('css', 'types', name) ?? compatOf('css', 'properties', property, name);
  if (direct) return direct;
  for (const types of ['transform-function', 'color', 'easing-function', 'filter-function', 'basic-shape', 'gradient', 'image']) {
    const found = compatOf('css', 'types', types, name);
    if (found) return found;
  }
  // `repeat()`, `minmax()`, `fit-content()` are values of one property and its like.
  return ['grid-template-columns', 'width', 'translate', 'scale'].map((each) => compatOf('css', 'properties', each, name)).find(Boolean);
}
