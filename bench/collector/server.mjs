// A typical endpoint: fastify checks a JSON answer, better-sqlite3 inserts it with a commit of its own, synchronous=FULL.
//
//   node server.mjs PORT DATABASE
import Database from 'better-sqlite3';
import Fastify from 'fastify';

const [port, file] = process.argv.slice(2);
const database = new Database(file);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('create table if not exists response (id text primary key, received_ms integer not null, answer text not null)');
const insert = database.prepare('insert or ignore into response (id, received_ms, answer) values (?, ?, ?)');

const rating = (maximum) => ({ type: 'integer', minimum: 0, maximum });
const body = {
  type: 'object',
  required: ['id', 'survey', 'satisfaction', 'ease', 'lens', 'recommend'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 16, maxLength: 16 },
    survey: { type: 'string', maxLength: 40 },
    satisfaction: rating(5),
    ease: rating(7),
    lens: rating(5),
    recommend: rating(10),
    elapsed: rating(60000),
    locale: { type: 'string', maxLength: 8 },
    score: rating(100),
  },
};

const app = Fastify({ logger: false, bodyLimit: 131072 });
app.get('/', async () => 'ready');
app.post('/v1/responses', { schema: { body } }, async (request, reply) => {
  insert.run(request.body.id, Date.now(), JSON.stringify(request.body));
  return reply.code(204).send();
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
