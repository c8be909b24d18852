// A mail server for crates/trente-cli/tests/it/mail.rs: npm's smtp-server with STARTTLS, an account, and faults on demand.
//
//   node tests/mail/server.mjs KEY CERTIFICATE [starttls|tls|none]
//
// Each line of standard input is a fault for one connection, in their order; a connection for which there is none is
// served well. Each line of standard output is a JSON object: first {"port"}, then {"step", …} for what happens.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { SMTPServer } from 'smtp-server';

const [key, cert, security = 'starttls'] = process.argv.slice(2);
const say = object => process.stdout.write(`${JSON.stringify(object)}\n`);
const faults = [];
createInterface({ input: process.stdin })
  .on('line', line => {
    faults.push(line.trim());
    say({ step: 'ready', fault: line.trim() });
  })
  // Its test has ended, in whatever way.
  .on('close', () => process.exit());

const refusal = (code, message) => Object.assign(new Error(message), { responseCode: code });
/** The socket of a session, to break it off. */
const cut = session => [...server.connections].find(connection => connection.id === session.id)?._socket.destroy();
/** Refuses with the code of a fault such as `rcpt-450`, is silent at `rcpt-silent`, breaks off at `rcpt-cut`, or goes on. */
function act(step, session, done) {
  const [where, what] = (session.fault ?? '').split('-');
  if (where !== step) return done();
  if (what === 'silent') return undefined;
  if (what === 'cut') return cut(session);
  if (what === 'slow') return setTimeout(done, 700);
  return done(refusal(Number(what), `the fault ${session.fault}`));
}

const server = new SMTPServer({
  key: readFileSync(key),
  cert: readFileSync(cert),
  secure: security === 'tls',
  disabledCommands: security === 'none' ? ['STARTTLS', 'AUTH'] : [],
  // The account's password is asked for over TLS alone.
  authOptional: security === 'none',
  allowInsecureAuth: false,
  closeTimeout: 100,
  onConnect(session, done) {
    session.fault = faults.shift();
    say({ step: 'connect', fault: session.fault });
    act('connect', session, done);
  },
  onAuth({ username, password, method }, session, done) {
    say({ step: 'auth', username, method, secure: session.secure });
    const known = username === 'trente' && password === 's3 cret';
    if (!known) return done(refusal(535, '5.7.8 this is not the password'));
    return act('auth', session, error => done(error, { user: username }));
  },
  onMailFrom(address, session, done) {
    act('mail', session, done);
  },
  onRcptTo(address, session, done) {
    act('rcpt', session, done);
  },
  async onData(stream, session, done) {
    const chunks = [];
    stream.on('data', chunk => chunks.push(chunk));
    await once(stream, 'end');
    const taken = () => {
      const { mailFrom, rcptTo } = session.envelope;
      const to = rcptTo.map(({ address }) => address);
      const raw = Buffer.concat(chunks).toString('latin1');
      say({ step: 'mail', from: mailFrom.address, to, secure: session.secure, user: session.user, raw });
    };
    // The mail is taken, and the answer lost.
    if (session.fault === 'taken-cut') return taken(), cut(session);
    if (session.fault === 'taken-silent') return taken();
    return act('data', session, error => {
      if (!error) taken();
      done(error, 'taken as 0042');
    });
  },
});
// A client that leaves without waiting for the goodbye; a server that cannot listen says no port.
server.on('error', error => say({ step: 'broken', message: error.message }));
server.listen(0, '127.0.0.1', () => say({ port: server.server.address().port }));
