// The same with the loader that knows no site, for a page that pins its loader.
import adapter from '../adapter.mjs';
import { peer } from './trente.mjs';

export default peer('generic', 'Trente, loader that knows no site', adapter.generic);
